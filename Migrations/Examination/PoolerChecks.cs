using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;

namespace Tenantry.Migrations.Examination;

/// <summary>Whether something stands between us and the server, and whether the connection strings bear with it.</summary>
internal static class PoolerChecks
{
    public static IEnumerable<Finding> OfConnectionStrings(DatabaseLogins logins)
    {
        var wrong = new List<string>();
        foreach (var (name, text) in Named(logins))
        {
            var login = new NpgsqlConnectionStringBuilder(text);
            if (login.SearchPath is { Length: > 0 }) wrong.Add($"{name} has Search Path");
            if (login.Options is { Length: > 0 }) wrong.Add($"{name} has Options");
            if (login.NoResetOnClose) wrong.Add($"{name} has No Reset On Close");
        }

        yield return wrong.Count == 0
            ? Finding.Ok("connection.strings", "no connection string sets a search path, options or No Reset On Close")
            : Finding.Fail("connection.strings", string.Join("; ", wrong), "Leave it out: each command brings its own path, and session state would pass from tenant to tenant.");
    }

    public static async Task<Finding> OfServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // A pooler makes up the process id that it tells a client at login.
        var backend = await connection.ExecuteScalarAsync<int>(new CommandDefinition("select pg_catalog.pg_backend_pid()", cancellationToken: cancellationToken));
        return backend == connection.ProcessID
            ? Finding.Ok("connection.pooler", "no pooler stands in front of the server")
            : Finding.Warn("connection.pooler", "a pooler such as PgBouncer seems to stand in front of the server",
                "Requests are safe behind transaction pooling; give migrations a direct connection (ConnectionStrings:Owner), and use PgBouncer 1.21 or newer.");
    }

    private static IEnumerable<(string Name, string Connection)> Named(DatabaseLogins logins) =>
        new (string, string?)[] { ("Owner", logins.Owner), ("Control", logins.Control), ("Data", logins.Data), ("Auditor", logins.Auditor) }
            .Where(login => !string.IsNullOrEmpty(login.Item2)).Select(login => (login.Item1, login.Item2!));
}
