using System.Diagnostics.Metrics;
using Tenantry.Tenancy;

namespace Tenantry.Migrations;

/// <summary>What is told of migrations and of making orgs: how many and how long, of whom only by their number.</summary>
internal static class MigrationsTelemetry
{
    private const string Outcome = "tenantry.outcome";

    private static readonly Histogram<double> MigrationDuration =
        TenancyTelemetry.Meter.CreateHistogram<double>("tenantry.migration.duration", "s", "Moving one tenant to another version, attempts and pauses included.");

    private static readonly Counter<long> MigrationRetries =
        TenancyTelemetry.Meter.CreateCounter<long>("tenantry.migration.retries", "{retry}", "Attempts on a tenant that a lock, a conflict or the connection was in the way of, and that were made again.");

    private static readonly Histogram<double> ProvisioningDuration =
        TenancyTelemetry.Meter.CreateHistogram<double>("tenantry.provisioning.duration", "s", "Making one org or tenant.");

    private static readonly Counter<long> SparesMade =
        TenancyTelemetry.Meter.CreateCounter<long>("tenantry.spares.made", "{spare}", "Spare schemas that were made.");

    private static readonly Gauge<long> SparesReady =
        TenancyTelemetry.Meter.CreateGauge<long>("tenantry.spares.ready", "{spare}", "Spare schemas that were ready when last counted.");

    public static void Migrated(TimeSpan elapsed, bool failed) => MigrationDuration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>(Outcome, failed ? "failed" : "migrated"));

    /// <param name="sqlState">What was in the way; 55P03 is a lock.</param>
    public static void Retried(string? sqlState) => MigrationRetries.Add(1, new KeyValuePair<string, object?>(TenancyTelemetry.ErrorTag, sqlState ?? "connection"));

    public static void Provisioned(TimeSpan elapsed, string outcome, bool spare) => ProvisioningDuration.Record(
        elapsed.TotalSeconds, new KeyValuePair<string, object?>(Outcome, outcome), new KeyValuePair<string, object?>("tenantry.spare", spare));

    public static void Filled(long ready) => SparesReady.Record(ready);

    public static void SpareMade() => SparesMade.Add(1);
}
