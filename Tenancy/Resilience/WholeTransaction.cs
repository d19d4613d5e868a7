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

    /// <summary>
    /// Runs a write of one command, three times at most: with the command travels its commit, in one round trip. What is lost
    /// on the way was kept or was not, and is not tried again; what the server refused is as by <see cref="RunAsync"/>.
    /// </summary>
    /// <param name="connection">The tenant's, open or not. Where the command fails it is closed.</param>
    /// <param name="command">Sends the command. What it sends afterwards is outside of the transaction, and reads.</param>
    /// <param name="cancellationToken">Stops it between attempts, too; when it stops the command, that was kept or was not.</param>
    /// <exception cref="DatabaseUnavailableException">The connection was lost meanwhile: whether it was kept, nobody knows.</exception>
    /// <exception cref="InvalidOperationException">A failure of the command was passed over, so that nothing was kept.</exception>
    public static ValueTask<T> RunCommandAsync<T>(TenantConnection connection, Func<CancellationToken, ValueTask<T>> command, CancellationToken cancellationToken) =>
        RunAsync(async token =>
        {
            await connection.ReopenAsync(token);
            await using var transaction = connection.BeginCommand();
            try
            {
                var result = await command(token);
                return transaction is { CommitWasSent: true, IsCommitted: false } ? throw new InvalidOperationException("The command failed, and nothing was kept.") : result;
            }
            catch (NpgsqlException error) when (transaction.IsCommitted ? DatabaseFault.FindReasonToRunAgain(error) is not null : transaction.CommitWasSent && !IsRefusal(error))
            {
                // Also where its commit was answered and only the rest was lost: run again it would be made twice.
                throw Unanswered(error);
            }
        }, cancellationToken);

    /// <summary>Commits. It cannot be cancelled: whoever goes away now must not leave us guessing whether the commit arrived.</summary>
    /// <exception cref="DatabaseUnavailableException">The connection was lost meanwhile: whether it was kept, nobody knows.</exception>
    /// <exception cref="PostgresException">The server refused, and has rolled back.</exception>
    public static async Task CommitAsync(DbTransaction transaction)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (NpgsqlException error) when (!IsRefusal(error))
        {
            throw Unanswered(error);
        }
    }

    // An ERROR is a rollback, also where the connection was given up for it. What ends the session, FATAL, may come after the commit.
    private static bool IsRefusal(Exception? error) =>
        error is PostgresException { InvariantSeverity: "ERROR" } || (error is not null && IsRefusal(error.InnerException));

    private static DatabaseUnavailableException Unanswered(NpgsqlException error) => new("The connection was lost during a commit, which was kept or was not.", error);
}
