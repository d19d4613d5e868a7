namespace Tenantry.Bench;

/// <summary>What one variant took, run by run, in the unit of its table.</summary>
internal sealed record Measured(string Variant, IReadOnlyList<double> Runs)
{
    public double Median => At(0.5);

    public double Low => At(0.1);

    public double High => At(0.9);

    private double At(double share)
    {
        var sorted = Runs.Order().ToList();
        return sorted[(int)Math.Round(share * (sorted.Count - 1))];
    }
}
