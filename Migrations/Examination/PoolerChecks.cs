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

    public static async Task<IReadOnlyList<Finding>> OfServerAsync(DatabaseLogins logins, CancellationToken cancellationToken)
    {
        var pooled = new List<string>();
        foreach (var (name, text) in Named(logins))
            if (await IsPooledAsync(text, cancellationToken)) pooled.Add(name);
        if (pooled.Count == 0) return [Finding.Ok("connection.pooler", "no pooler stands in front of the server")];

        var preparing = Named(logins).Where(login => pooled.Contains(login.Name) && new NpgsqlConnectionStringBuilder(login.Connection).MaxAutoPrepare > 0).Select(login => login.Name).ToList();
        return
        [
            Finding.Warn("connection.pooler", $"a pooler such as PgBouncer stands in front of the server for {string.Join(", ", pooled)}",
                "Requests and migrations are safe behind transaction pooling; what runs longest, ConnectionStrings:Owner, is better direct. See docs/pooling.md."),
            preparing.Count == 0
                ? Finding.Ok("connection.prepared", "no connection string prepares statements behind the pooler")
                : Finding.Fail("connection.prepared", $"{string.Join(", ", preparing)} has Max Auto Prepare behind a pooler",
                    "Leave it out: PgBouncer before 1.21 gives the next transaction to a server connection that does not know the statement."),
        ];
    }

    // A pooler makes up the process id that it tells a client at login.
    public static async Task<bool> IsPooledAsync(string login, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectionChecks.OpenAsync(login, cancellationToken);
        return connection.ProcessID != await connection.ExecuteScalarAsync<int>(new CommandDefinition("select pg_catalog.pg_backend_pid()", cancellationToken: cancellationToken));
    }

    private static IEnumerable<(string Name, string Connection)> Named(DatabaseLogins logins) =>
        new (string, string?)[] { ("Owner", logins.Owner), ("Control", logins.Control), ("Data", logins.Data), ("Auditor", logins.Auditor) }
            .Where(login => !string.IsNullOrEmpty(login.Item2)).Select(login => (login.Item1, login.Item2!));
}
