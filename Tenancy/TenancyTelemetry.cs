using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Tenantry.Tenancy;

/// <summary>
/// What Tenantry tells whoever listens, by .NET's own means: a host chooses where it goes. An org is named by its schema's opaque
/// name; slugs, addresses, ids of users and values of parameters are told to nobody.
/// </summary>
public static class TenancyTelemetry
{
    /// <summary>The name of the <see cref="ActivitySource"/> and of each <see cref="Meter"/>.</summary>
    public const string SourceName = "Tenantry";

    /// <summary>The tag of the org that something is in: the name of its schema.</summary>
    public const string OrgTag = "tenantry.org";

    internal const string ErrorTag = "error.type";

    /// <summary>Starts the spans.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    internal static readonly Meter Meter = new(SourceName);

    internal static readonly Histogram<double> BatchDuration =
        Meter.CreateHistogram<double>("tenantry.batch.duration", "s", "From sending a tenant's batch to the first of its answer.");

    internal static readonly Counter<long> BatchRefusals =
        Meter.CreateCounter<long>("tenantry.batch.refusals", "{refusal}", "Batches that were refused entry to their org.");

    internal static readonly Counter<long> Retries =
        Meter.CreateCounter<long>("tenantry.retries", "{retry}", "Reads and whole transactions that were tried once more.");

    internal static void CountRetry(string reason) => Retries.Add(1, new KeyValuePair<string, object?>("tenantry.retry.reason", reason));
}
