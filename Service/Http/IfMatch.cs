using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Tenantry.Service.Http;

/// <summary>The revisions that <c>If-Match</c> allows (RFC 9110, 13.1.1); null when any will do.</summary>
internal sealed record IfMatch(int[]? Revisions) : IBindableFromHttpContext<IfMatch>
{
    public bool Allows(int revision) => Revisions is null || Revisions.Contains(revision);

    public static ValueTask<IfMatch?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0 || header == "*") return ValueTask.FromResult<IfMatch?>(new(Revisions: null));

        // Strong comparison: a weak tag, or one that was never ours, matches nothing.
        var tags = EntityTagHeaderValue.TryParseList([.. header.OfType<string>()], out var parsed) ? parsed : [];
        return ValueTask.FromResult<IfMatch?>(new([.. tags.Where(tag => !tag.IsWeak).Select(RevisionOf).OfType<int>()]));
    }

    private static int? RevisionOf(EntityTagHeaderValue tag) =>
        int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : null;
}
