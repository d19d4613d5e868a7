using System.Globalization;
using Tenantry.Migrations.Fleet;

namespace Tenantry.Migrations.Cli;

/// <summary>Tells of each tenant as it is done, how fast it goes and how long it will yet take.</summary>
internal sealed class FleetProgress(IProgress<string> progress, int total, TimeProvider time) : IProgress<TenantMigration>
{
    private readonly long started = time.GetTimestamp();
    private int done;

    public void Report(TenantMigration value)
    {
        done++;
        var rate = done / Math.Max(time.GetElapsedTime(started).TotalSeconds, 0.001);
        var left = TimeSpan.FromSeconds(Math.Round((total - done) / rate));
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"{Describe(value)} ({done} of {total}, {rate:0.0}/s, {left:h\\:mm\\:ss} left)"));
    }

    public static string Describe(TenantMigration value) => value.Error is null
        ? $"{value.Slug}: version {value.From} to {value.To}."
        : $"{value.Slug} stays at version {value.From}: {value.Error}";
}
