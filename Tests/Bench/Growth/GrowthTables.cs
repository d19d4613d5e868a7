namespace Tenantry.Bench.Growth;

/// <summary>Tables whose rows are fleets of several sizes, filled one size after the other.</summary>
internal sealed class GrowthTables
{
    private readonly List<(string Title, string Unit, List<Measured> Rows)> tables = [];

    public void Add(string title, string unit, string variant, IReadOnlyList<double> runs)
    {
        // Where the server's processes cannot be seen.
        if (runs.Count == 0) return;
        var table = tables.FirstOrDefault(table => table.Title == title);
        if (table.Rows is null) tables.Add(table = (title, unit, []));
        table.Rows.Add(new Measured(variant, runs));
    }

    public void Report(BenchReport report)
    {
        foreach (var (title, unit, rows) in tables) report.Add(title, unit, rows[0].Variant, rows);
    }
}
