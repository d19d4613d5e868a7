using DbUp;
using DbUp.Engine;
using Npgsql;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Bench.Fleet;

/// <summary>DbUp as its documents show it: a connection string for each tenant, no transaction, its own journal.</summary>
internal static class PlainDbUp
{
    public static void Upgrade(string ownerConnection, string schema, ScriptSet scripts)
    {
        var connection = new NpgsqlConnectionStringBuilder(ownerConnection) { SearchPath = schema, MaxPoolSize = 4 }.ConnectionString;
        var result = DeployChanges.To.PostgresqlDatabase(connection, schema)
            .WithScripts(scripts.Scripts.Select(script => new SqlScript(script.Name, script.Sql)))
            .JournalToPostgresqlTable(schema, "schemaversions")
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful) throw result.Error;
        using var pool = new NpgsqlConnection(connection);
        // Else a thousand pools hold a thousand connections.
        NpgsqlConnection.ClearPool(pool);
    }
}
