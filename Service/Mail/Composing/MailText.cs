using System.Net;
using System.Text.RegularExpressions;

namespace Tenantry.Service.Mail;

/// <summary>The template files, and how <c>{{key}}</c> in them is filled.</summary>
internal static partial class MailText
{
    /// <summary>A file of <c>Templates</c> with its values. One pass: what a value contains is never looked into.</summary>
    public static string Fill(string file, IReadOnlyDictionary<string, string> values) =>
        Placeholder().Replace(Read(file), match => values.TryGetValue(match.Groups[1].Value, out var value)
            ? value
            : throw new InvalidOperationException($"{file} names {match.Value}, which nobody gives."));

    /// <summary>A value as it may stand in a line: it neither ends the line nor turns the direction of what follows.</summary>
    public static string InLine(string value) => NotInLine().Replace(value, " ");

    public static string InHtml(string value) => WebUtility.HtmlEncode(InLine(value));

    public static string Read(string file)
    {
        using var stream = typeof(MailText).Assembly.GetManifestResourceStream("Mail/" + file) ?? throw new InvalidOperationException($"There is no template {file}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    // Control characters, line and paragraph separators, and what overrides the direction of writing.
    [GeneratedRegex(@"[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]", RegexOptions.CultureInvariant)]
    private static partial Regex NotInLine();
}
