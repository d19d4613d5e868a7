using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Tenantry.Migrations.Fleet;

namespace Tenantry.Migrations.Cli;

/// <summary>How a command goes about the fleet: the options that migrate, retry and rollback have in common.</summary>
internal sealed class FleetArguments
{
    public const int MostParallel = 32;

    private static readonly FleetOptions Defaults = new();

    private readonly Option<int> parallel = new("--parallel") { Description = $"How many tenants at once, at most {MostParallel}", DefaultValueFactory = _ => Defaults.Parallel };
    private readonly Option<int> canary = new("--canary") { Description = "How many tenants go first; if one fails, the rest stays" };
    private readonly Option<int[]> rings = new("--rings")
    {
        Description = "Parts of the fleet, such as 1%,10%,100%; the rest stays after one in which a tenant failed",
        CustomParser = ParseRings,
        DefaultValueFactory = _ => [.. Defaults.Rings],
    };

    private readonly Option<int?> maxFailures = new("--max-failures") { Description = "Begin no further tenant after so many failed; no limit by default" };
    private readonly Option<TimeSpan> lockTimeout = new("--lock-timeout")
    {
        Description = "How long a statement waits for a lock before it gives way and is tried again, such as 100ms or 2s",
        CustomParser = ParseDuration,
        DefaultValueFactory = _ => Defaults.LockTimeout,
    };

    public FleetArguments()
    {
        Require(parallel, value => value is >= 1 and <= MostParallel, $"--parallel takes 1 to {MostParallel}.");
        Require(canary, value => value >= 0, "--canary takes a number of tenants.");
        Require(maxFailures, value => value is null or >= 1, "--max-failures takes a number from 1.");
    }

    public IReadOnlyList<Option> All => [parallel, canary, rings, maxFailures, lockTimeout];

    public FleetOptions Read(Invocation invocation) => new()
    {
        Parallel = invocation.Get(parallel),
        Canary = invocation.Get(canary),
        Rings = invocation.Get(rings)!,
        MaxFailures = invocation.Get(maxFailures),
        LockTimeout = invocation.Get(lockTimeout),
    };

    private static void Require<T>(Option<T> option, Func<T?, bool> allows, string otherwise) => option.Validators.Add(result =>
    {
        // What is no number at all is said by the parser.
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) && !allows(result.GetValueOrDefault<T>()))
            result.AddError(otherwise);
    });

    private static int[] ParseRings(ArgumentResult result)
    {
        var rings = new List<int>();
        foreach (var text in result.Tokens.Single().Value.Split(',', StringSplitOptions.TrimEntries))
            if (int.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)) rings.Add(percent);
            else rings.Add(0);
        if (rings.Contains(0) || FleetOptions.FindRingFault(rings) is not null) result.AddError("--rings takes percentages that rise to 100, such as 1%,10%,100%.");
        return [.. rings];
    }

    private static TimeSpan ParseDuration(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        var (number, unit) = text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 1) : text.EndsWith('s') ? (text[..^1], 1000) : ("", 0);
        if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value * (long)unit is >= 1 and <= 600_000) return TimeSpan.FromMilliseconds(value * unit);
        result.AddError("--lock-timeout takes a time of 1ms to 600s, such as 100ms or 2s.");
        return default;
    }
}
