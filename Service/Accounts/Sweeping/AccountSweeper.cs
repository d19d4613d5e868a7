using Microsoft.Extensions.Options;
using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Service.Accounts.Sweeping;

/// <summary>Takes away what has expired, once in a while. Every instance may: none minds that another was there first.</summary>
internal sealed partial class AccountSweeper(ControlDatabase database, IOptions<AccountOptions> options, TimeProvider time, ILogger<AccountSweeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var control = await database.OpenAsync(stoppingToken);
                Log.Swept(logger, await SweepQueries.SweepAsync(control, options.Value, stoppingToken));
            }
            catch (NpgsqlException error)
            {
                // What is left now is there at the next time.
                Log.Postponed(logger, error.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1501, LogLevel.Debug, "Swept {Rows} expired rows of accounts.")]
        public static partial void Swept(ILogger logger, int rows);

        [LoggerMessage(1502, LogLevel.Warning, "Expired rows of accounts are left for the next sweep: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);
    }
}
