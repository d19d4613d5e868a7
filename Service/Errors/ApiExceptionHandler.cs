using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using Polly.CircuitBreaker;
using Tenantry.Tenancy;

namespace Tenantry.Service.Errors;

/// <summary>The one place where an exception becomes an answer.</summary>
internal sealed partial class ApiExceptionHandler(ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested) return true;
        if (exception is BadHttpRequestException bad)
        {
            await BadRequest.Describe(bad).ExecuteAsync(httpContext);
            return true;
        }

        var error = CodeOf(exception);
        if (error == ErrorCode.ServerError) Log.Unexpected(logger, exception);
        // Those who tried have said so; while the circuit is open nobody tries.
        else if (error == ErrorCode.DatabaseUnavailable && exception.InnerException is not BrokenCircuitException) Log.DatabaseUnavailable(logger, exception.Message);
        await Problem.Of(error).ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>What an exception means to a caller.</summary>
    public static ErrorCode CodeOf(Exception exception) => exception switch
    {
        TenantRefusedException refused => Map(refused.Reason),
        PostgresException postgres => Map(postgres.SqlState),
        // The server does not answer, the pool is exhausted, or the connection broke.
        NpgsqlException => ErrorCode.DatabaseUnavailable,
        _ => ErrorCode.ServerError,
    };

    private static ErrorCode Map(TenantRefusal reason) => reason switch
    {
        TenantRefusal.SessionEnded => ErrorCode.AuthRequired,
        TenantRefusal.Ambiguous => ErrorCode.OrgAmbiguous,
        TenantRefusal.AdminRequired => ErrorCode.AdminRequired,
        TenantRefusal.Suspended => ErrorCode.OrgSuspended,
        TenantRefusal.Unavailable => ErrorCode.OrgUnavailable,
        _ => ErrorCode.OrgNotFound,
    };

    // By SQLSTATE (PostgreSQL documentation, appendix A), never by words.
    private static ErrorCode Map(string state) => state switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.UniqueViolation => ErrorCode.ResourceConflict,
        // Only the data plane has a statement_timeout, the login's or the plan's: it is the org's statement that took too long.
        PostgresErrorCodes.QueryCanceled => ErrorCode.OrgOverloaded,
        // A standby, or a primary that takes no writes for a while, refuses the write, or already the prologue that is to allow it.
        PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.ActiveSqlTransaction => ErrorCode.DatabaseUnavailable,
        // Data exceptions: a text with NUL, a number out of range.
        ['2', '2', ..] => ErrorCode.RequestInvalid,
        // Connection, resources, operator intervention, invalid authorization, unknown database.
        ['0', '8', ..] or ['5', '3', ..] or ['5', '7', ..] or ['2', '8', ..] or PostgresErrorCodes.InvalidCatalogName => ErrorCode.DatabaseUnavailable,
        _ => ErrorCode.ServerError,
    };

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Error, "A request failed unexpectedly.")]
        public static partial void Unexpected(ILogger logger, Exception exception);

        [LoggerMessage(1002, LogLevel.Warning, "The database is not available: {Reason}")]
        public static partial void DatabaseUnavailable(ILogger logger, string reason);
    }
}
