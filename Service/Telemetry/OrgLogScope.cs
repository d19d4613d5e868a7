using System.Collections;
using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Tenantry.Tenancy;

namespace Tenantry.Service.Telemetry;

/// <summary>
/// A request's scope in the log: its org, by the opaque name, from when a command has entered it. The request's span and the one
/// beneath bear it too.
/// </summary>
internal sealed class OrgLogScope : IReadOnlyList<KeyValuePair<string, object?>>
{
    private SchemaName? org;

    public int Count => org is null ? 0 : 1;

    public KeyValuePair<string, object?> this[int index] => index < Count ? new(TenancyTelemetry.OrgTag, org!.Value.Value) : throw new ArgumentOutOfRangeException(nameof(index));

    public void Enter(HttpContext http, SchemaName entered)
    {
        org = entered;
        http.Features.Get<IHttpActivityFeature>()?.Activity.SetTag(TenancyTelemetry.OrgTag, entered.Value);
        if (Activity.Current is { Source.Name: TenancyTelemetry.SourceName } span) span.SetTag(TenancyTelemetry.OrgTag, entered.Value);
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => org is null ? "" : $"{TenancyTelemetry.OrgTag}:{org.Value.Value}";
}
