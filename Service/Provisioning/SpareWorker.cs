using Microsoft.Extensions.Options;
using Tenantry.Migrations.Provisioning;

namespace Tenantry.Service.Provisioning;

/// <summary>Keeps schemas ready for the next orgs. Every instance may: together they make no more than one would.</summary>
internal sealed partial class SpareWorker(Provisioner provisioner, IOptions<ProvisioningOptions> options, TimeProvider time, ILogger<SpareWorker> logger)
    : BackgroundService, IProgress<SpareReport>
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new SpareFiller(provisioner.Spares, options.Value.Warm, options.Value.FillEvery, time, this).RunAsync(stoppingToken);

    void IProgress<SpareReport>.Report(SpareReport value)
    {
        if (value.Error is not null) Log.Failed(logger, value.Error);
        else if (value.Made + value.Removed > 0) Log.Filled(logger, value.Made, value.Removed);
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Information, "Made {Made} spare schemas for the next orgs, and removed {Removed} that none could take.")]
        public static partial void Filled(ILogger logger, int made, int removed);

        [LoggerMessage(1302, LogLevel.Warning, "No spare schemas are made at the moment; new orgs make their own: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
