using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace Tenantry.Migrations.Cli;

/// <summary>The one place where results are written: JSON for machines, a table or lines for people. What is printed is never read as markup.</summary>
internal sealed partial class Output(Terminal terminal, bool json, bool noColor)
{
    // Read by programs and terminals, never put into a page: letters stay letters.
    private static readonly JsonSerializerOptions Options =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes <paramref name="result"/> as JSON, or else what a person is shown instead.</summary>
    public void Write<T>(T result, Action<Output> forPeople)
    {
        if (json) terminal.Out.WriteLine(JsonSerializer.Serialize(result, Options));
        else forPeople(this);
    }

    public void Line(string text) => terminal.Out.WriteLine(Printable(text));

    public void Table(string[] columns, IEnumerable<string?[]> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns) table.AddColumn(new TableColumn(new Text(Printable(column), new Style(decoration: Decoration.Bold))));
        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(Printable(cell ?? ""))));
        Terminal.Spectre(terminal.Out, noColor).Write(table);
    }

    /// <summary>One line, without the control characters by which a name or a message could steer a terminal.</summary>
    public static string Printable(string text) =>
        string.Concat(WhiteSpace().Replace(text, " ").Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));

    [GeneratedRegex(@"[\r\n\t]+ *", RegexOptions.CultureInvariant)]
    private static partial Regex WhiteSpace();
}
