namespace Tenantry.Bench;

/// <summary>What one variant took, run by run, in the unit of its table.</summary>
internal sealed record Measured(string Variant, IReadOnlyList<double> Runs)
{
    public double Median => At(0.5);

    public double Low => At(0.1);

    public double High => At(0.9);

    /// <summary>How many times another's: the median of the ratios of each round, whose turns follow one another while the machine is the same.</summary>
    public double RatioTo(Measured other) => Runs.Count == other.Runs.Count ? At(0.5, Runs.Zip(other.Runs, (own, one) => own / one)) : Median / other.Median;

    private double At(double share) => At(share, Runs);

    private static double At(double share, IEnumerable<double> runs)
    {
        var sorted = runs.Order().ToList();
        return sorted[(int)Math.Round(share * (sorted.Count - 1))];
    }
}
