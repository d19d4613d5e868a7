using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tenantry.Bench;

/// <summary>Tables of one suite: printed as they are measured, and kept as JSON and as a plot beside the documents.</summary>
internal sealed class BenchReport(string suite, string machine)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<BenchTable> tables = [];

    /// <param name="title">What is measured.</param>
    /// <param name="unit">Of each run: <c>/s</c> (more is better), or <c>ms</c>, <c>s</c>, <c>MB</c>, <c>kB</c>, <c>rows</c> (less is).</param>
    /// <param name="against">The variant that the ratios are to.</param>
    /// <param name="rows">The variants, measured in turn.</param>
    public void Add(string title, string unit, string against, IReadOnlyList<Measured> rows)
    {
        var one = rows.Single(row => row.Variant == against);
        var table = new BenchTable(title, unit, against, [.. rows.Select(row => new BenchRow(row.Variant, row.Median, row.Low, row.High, row.Runs.Count, row.RatioTo(one)))]);
        tables.Add(table);
        Console.WriteLine($"\n{title} ({unit}; median, 10th and 90th percentile, times {against})");
        foreach (var row in table.Rows)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {row.Variant,-56} {row.Median,10:0.##}  {row.Low,10:0.##} …{row.High,10:0.##}  ×{row.Ratio:0.00}  n={row.Runs}"));
    }

    /// <summary>Says how far a long suite is.</summary>
    public static void Say(string text) => Console.WriteLine($"  – {text}");

    public void Write()
    {
        var folder = FindFolder();
        Directory.CreateDirectory(folder);
        if (BenchServer.IsFiltered) KeepOthers(Path.Combine(folder, $"{suite}.json"));
        File.WriteAllText(Path.Combine(folder, $"{suite}.json"), JsonSerializer.Serialize(new BenchFile(suite, machine, tables), Format) + "\n");
        File.WriteAllText(Path.Combine(folder, $"{suite}.svg"), BenchPlot.Draw(suite, machine, tables));
        File.WriteAllText(Path.Combine(folder, $"{suite}.md"), ToMarkdown());
        Console.WriteLine($"\n{machine}\n{Path.Combine(folder, suite)}.json, .md, .svg");
    }

    // What was chosen is put in the place of what was measured before, on the same machine.
    private void KeepOthers(string file)
    {
        if (!File.Exists(file) || JsonSerializer.Deserialize<BenchFile>(File.ReadAllText(file), Format) is not { } before || before.Machine != machine) return;
        var chosen = tables.ToDictionary(table => table.Title);
        tables.Clear();
        tables.AddRange(before.Tables.Select(table => chosen.Remove(table.Title, out var again) ? again : table).Concat(chosen.Values));
    }

    private string ToMarkdown()
    {
        var text = new System.Text.StringBuilder($"# {suite}\n\n{machine}. Written by `dotnet dotnet-cake --target=Bench --suite={suite}`.\n");
        foreach (var table in tables)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {table.Title}\n\n| | {table.Unit} | 10th … 90th percentile | times {table.Against} |\n|---|---:|---:|---:|\n");
            foreach (var row in table.Rows)
                text.Append(CultureInfo.InvariantCulture, $"| {row.Variant} | {row.Median:0.##} | {row.Low:0.##} … {row.High:0.##} | {row.Ratio:0.00} |\n");
        }

        return text.ToString();
    }

    // docs/benchmarks of the repository that this was built in.
    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tenantry.slnx"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? Environment.CurrentDirectory, "docs", "benchmarks");
    }
}

internal sealed record BenchFile(string Suite, string Machine, IReadOnlyList<BenchTable> Tables);

internal sealed record BenchTable(string Title, string Unit, string Against, IReadOnlyList<BenchRow> Rows);

internal sealed record BenchRow(string Variant, double Median, double Low, double High, int Runs, double Ratio);
