using System.Data.Common;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Tenantry.Tenancy.Resilience;

/// <summary>
/// Runs a transaction, and runs it again as a whole when a conflict, a stale plan or a lost connection undid it before its commit.
/// When the commit itself is not answered, nobody knows whether it was kept: that is told, and not tried again.
/// </summary>
public static class WholeTransaction
{
    private const int Attempts = 3;

    private static readonly ResiliencePipeline Pipeline = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        MaxRetryAttempts = Attempts - 1,
        Delay = TimeSpan.FromMilliseconds(20),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } error && DatabaseFault.FindReasonToRunAgain(error) is not null),
        OnRetry = attempt =>
        {
            TenancyTelemetry.CountRetry(DatabaseFault.FindReasonToRunAgain(attempt.Outcome.Exception!)!);
            return ValueTask.CompletedTask;
        },
    }).Build();

    /// <summary>Runs it, three times at most.</summary>
    /// <param name="attempt">
    /// Opens what it needs, begins a transaction, commits it by <see cref="CommitAsync"/>, and does nothing outside of it that must
    /// not be done twice.
    /// </param>
    /// <param name="cancellationToken">Stops it between attempts, too.</param>
    public static ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> attempt, CancellationToken cancellationToken) =>
        Pipeline.ExecuteAsync(attempt, cancellationToken);

    /// <summary>Commits. It cannot be cancelled: whoever goes away now must not leave us guessing whether the commit arrived.</summary>
    /// <exception cref="DatabaseUnavailableException">The connection was lost meanwhile: whether it was kept, nobody knows.</exception>
    /// <exception cref="PostgresException">The server refused, and has rolled back.</exception>
    public static async Task CommitAsync(DbTransaction transaction)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        // An ERROR of a commit is a rollback. What ends the session, FATAL, may come after the commit.
        catch (NpgsqlException error) when (error is not PostgresException { InvariantSeverity: "ERROR" })
        {
            throw new DatabaseUnavailableException("The connection was lost during a commit, which was kept or was not.", error);
        }
    }
}
