using System.Text.RegularExpressions;

namespace Tenantry.Service.Orgs;

/// <summary>The slug that a name suggests; it may still be reserved, taken or too short.</summary>
internal static partial class SlugSuggestion
{
    public static string From(string name)
    {
        var slug = Others().Replace(name.ToLowerInvariant(), "-").Trim('-');
        return slug.Length <= 40 ? slug : slug[..40].TrimEnd('-');
    }

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Others();
}
