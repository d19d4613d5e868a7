using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tenantry.Service.Orgs;

/// <summary>The slug that a name suggests; it may still be reserved, taken or too short.</summary>
internal static partial class SlugSuggestion
{
    public static string From(string name)
    {
        // "Crème Brûlée" decomposes into letters and marks; the marks go.
        var letters = name.Normalize(NormalizationForm.FormD).ToLowerInvariant()
            .Where(letter => CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark);
        var slug = Others().Replace(string.Concat(letters), "-").Trim('-');
        return slug.Length <= 40 ? slug : slug[..40].TrimEnd('-');
    }

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Others();
}
