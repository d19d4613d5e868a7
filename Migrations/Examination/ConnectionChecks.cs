using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;

namespace Tenantry.Migrations.Examination;

/// <summary>Whether each login gets in, and to what.</summary>
internal static class ConnectionChecks
{
    private static readonly Version Oldest = new(15, 0);

    public static async Task<IReadOnlyList<Finding>> OfLoginsAsync(DatabaseLogins logins, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var (name, text) in new[] { ("owner", logins.Owner), ("control", logins.Control), ("data", logins.Data), ("auditor", logins.Auditor) })
        {
            if (text.Length > 0) findings.Add(await OfLoginAsync(name, text, cancellationToken));
            else findings.Add(Finding.Warn($"login.{name}", "not configured", "Set ConnectionStrings:Auditor, for the audit."));
        }

        return findings;
    }

    public static Finding OfVersion(NpgsqlConnection connection) => connection.PostgreSqlVersion >= Oldest
        ? Finding.Ok("server.version", $"PostgreSQL {connection.PostgreSqlVersion}")
        : Finding.Fail("server.version", $"PostgreSQL {connection.PostgreSqlVersion}", "Upgrade the server to PostgreSQL 15 or newer.");

    public static async Task<NpgsqlConnection> OpenAsync(string login, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(login) { Pooling = false, ApplicationName = "tenantry doctor" }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<Finding> OfLoginAsync(string name, string login, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(login, cancellationToken);
            return Finding.Ok($"login.{name}", $"{connection.UserName} gets in");
        }
        catch (NpgsqlException error)
        {
            return Finding.Fail($"login.{name}", (error as PostgresException)?.MessageText ?? error.Message,
                "Run `tenantry migrate --shared` with an admin connection, or correct the connection string.");
        }
    }
}
