using Npgsql;
using Polly;
using Polly.Retry;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Fleet;

/// <summary>Which attempts on a tenant are made again, and after which pause.</summary>
internal static class TenantRetry
{
    /// <summary>Repeats what a lock, a deadlock or the connection was in the way of.</summary>
    /// <param name="options">How often.</param>
    /// <param name="busyToo">Whether to wait for another runner, too, who has the tenant.</param>
    public static ResiliencePipeline<TenantMove> Create(FleetOptions options, bool busyToo)
    {
        if (options.Attempts == 1) return ResiliencePipeline<TenantMove>.Empty;
        return new ResiliencePipelineBuilder<TenantMove>().AddRetry(new RetryStrategyOptions<TenantMove>
        {
            MaxRetryAttempts = options.Attempts - 1,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(100),
            MaxDelay = TimeSpan.FromSeconds(2),
            OnRetry = attempt =>
            {
                if (attempt.Outcome.Exception is { } error) MigrationsTelemetry.Retried(SqlStateOf(error));
                return ValueTask.CompletedTask;
            },
            ShouldHandle = attempt => ValueTask.FromResult(
                attempt.Outcome.Exception is { } error ? IsInTheWay(error) : busyToo && attempt.Outcome.Result == TenantMove.Busy),
        }).Build();
    }

    private static string? SqlStateOf(Exception error) => (error as MigrationFailedException)?.SqlState ?? (error as PostgresException)?.SqlState;

    // 55P03 lock_not_available, 40P01 deadlock_detected and the like, and lost connections.
    private static bool IsInTheWay(Exception error) => (error as MigrationFailedException)?.InnerException is NpgsqlException inner ? inner.IsTransient : error is NpgsqlException { IsTransient: true };
}
