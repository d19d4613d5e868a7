using System.Net.Sockets;
using Npgsql;

namespace Tenantry.Tenancy.Resilience;

/// <summary>
/// What a fault of the database means for trying again. By SQLSTATE (PostgreSQL documentation, appendix A), never by words.
/// Refusals and violated constraints are answers, not faults.
/// </summary>
internal static class DatabaseFault
{
    public const string StalePlan = "stale_plan";
    public const string RoleLeft = "role_left";
    public const string Conflict = "conflict";
    public const string Connection = "connection";

    /// <summary>Whether the server is not there: not reached, silent, starting, stopping or full.</summary>
    public static bool IsOfServer(Exception? error) => error switch
    {
        PostgresException postgres => IsOfServer(postgres.SqlState) || postgres.SqlState.StartsWith("53", StringComparison.Ordinal),
        NpgsqlException or TimeoutException or Polly.Timeout.TimeoutRejectedException => true,
        _ => false,
    };

    /// <summary>Why a transaction that has not been committed may be run again as a whole; null when it may not.</summary>
    public static string? FindReasonToRunAgain(Exception error) => error switch
    {
        DatabaseUnavailableException => null,
        // A prepared plan whose table was altered meanwhile.
        PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported } => StalePlan,
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } => Conflict,
        PostgresException postgres => IsOfServer(postgres.SqlState) ? Connection : null,
        // Not a command's time limit, which the next attempt would use up as well.
        NpgsqlException { InnerException: IOException or SocketException } => Connection,
        _ => null,
    };

    /// <summary>Why a command outside a transaction, which can only read, may be sent once more; null when it may not.</summary>
    /// <param name="error">What came of it.</param>
    /// <param name="entered">Whether the prologue had answered.</param>
    public static string? FindReasonToReadAgain(Exception error, bool entered) => FindReasonToEnterAgain(error, entered) ?? FindReasonToRunAgain(error);

    /// <summary>
    /// Why a batch with its whole transaction may be sent once more, since nothing of it was run: behind a pooler that does not reset
    /// sessions somebody else left a role on this one.
    /// </summary>
    /// <inheritdoc cref="FindReasonToReadAgain"/>
    public static string? FindReasonToEnterAgain(Exception error, bool entered) =>
        !entered && error is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } ? RoleLeft : null;

    // Connection exceptions, and a server that is shut down, has crashed, or is starting.
    private static bool IsOfServer(string state) => state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal);
}
