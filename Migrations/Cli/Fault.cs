using System.Net.Sockets;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Embedded;
using Tenantry.Migrations.Scripting;
using Tenantry.Migrations.Transfer;

namespace Tenantry.Migrations.Cli;

/// <summary>The one place where an exception becomes an exit code and a line for a person. Never a stack trace.</summary>
internal static class Fault
{
    public static (int ExitCode, string Line) Explain(Exception error) => error switch
    {
        CommandException known => (known.ExitCode, known.Message),
        DatabaseConfigurationException or EmbeddedPostgresException => (ExitCode.Usage, error.Message),
        MigrationFailedException or TransferException => (ExitCode.Failed, error.Message),
        OperationCanceledException => (ExitCode.Interrupted, "Interrupted: what was begun is finished or undone; run the command again for the rest."),
        PostgresException refused => (ExitCode.Failed, $"PostgreSQL refused it: {refused.MessageText} ({refused.SqlState})"),
        NpgsqlException => (ExitCode.Failed, $"The connection to PostgreSQL failed: {error.InnerException?.Message ?? error.Message}"),
        _ => (ExitCode.Failed, $"Unexpected {error.GetType().Name}: {error.Message}"),
    };

    /// <summary>A failure to reach the server that is configured, rather than one of the work on it.</summary>
    public static bool IsUnreachable(Exception error) =>
        error is NpgsqlException { InnerException: SocketException or TimeoutException };
}
