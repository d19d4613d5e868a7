using Microsoft.Extensions.Options;
using Npgsql;
using Tenantry.Migrations.Evidence;
using Tenantry.Migrations.Hosting;

namespace Tenantry.Service.Evidence;

/// <summary>Makes the report now and then. That one cannot be made is told and tried again; it never stops the service.</summary>
internal sealed partial class EvidenceWorker(TenantryDatabase database, LastReport last, IOptions<EvidenceScheduleOptions> options, TimeProvider time, ILogger<EvidenceWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Every is not { } every) return;
        using var timer = new PeriodicTimer(every, time);
        // What starts the service waits for nobody.
        await Task.Yield();
        do await TryAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            var report = await EvidenceRun.RunAsync(database, new EvidenceOptions(), null, stoppingToken);
            last.Report = report;
            Keep(report);
            if (report.Verdict == AuditReport.Fail) Log.Failed(logger, LastReport.Count(report), string.Join(", ", report.Checks.Where(check => check.Status == CheckResult.Found).Select(check => check.Id)));
            else Log.Made(logger, report.Verdict);
        }
        catch (Exception error) when (error is NpgsqlException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            Log.NotMade(logger, error);
        }
    }

    private void Keep(AuditReport report)
    {
        if (options.Value.Folder is not { Length: > 0 } folder) return;
        using var key = options.Value.Key is { Length: > 0 } path ? SigningKey.Read(path) : null;
        Directory.CreateDirectory(folder);
        SealedDocument.Write(Path.Combine(folder, $"evidence-{report.StartedAt.UtcDateTime:yyyyMMdd-HHmmss}-{report.Id:N}.json"), report.Seal(key));
    }

    private static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Information, "The report on tenant isolation came to: {Verdict}.")]
        public static partial void Made(ILogger logger, string verdict);

        [LoggerMessage(1402, LogLevel.Error, "The report on tenant isolation came to fail: {Findings} findings ({Checks}). `tenantry audit` shows them.")]
        public static partial void Failed(ILogger logger, int findings, string checks);

        [LoggerMessage(1403, LogLevel.Warning, "The report on tenant isolation could not be made or kept; it is tried again.")]
        public static partial void NotMade(ILogger logger, Exception error);
    }
}
