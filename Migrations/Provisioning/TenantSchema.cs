using Npgsql;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Provisioning;

/// <summary>The frame of a tenant: its role, its schema and what the one may do in the other.</summary>
internal static class TenantSchema
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>What a tenant's tables are made and migrated under: its own schema, and never <c>public</c>.</summary>
    public static string SearchPath(SchemaName schema) => $"{schema}, pg_temp";

    /// <summary>Makes the empty frame, in the caller's transaction. Scripts run later find their tables granted by default.</summary>
    public static Task CreateAsync(NpgsqlConnection connection, SchemaName schema, CancellationToken cancellationToken) =>
        Frame(connection, schema).RunAsync(cancellationToken);

    /// <summary>Makes frame and tables, in the caller's transaction and in one round trip. Afterwards the path is the schema's.</summary>
    /// <exception cref="MigrationFailedException">A script failed.</exception>
    public static Task CreateAsync(NpgsqlConnection connection, SchemaName schema, ScriptSet scripts, CancellationToken cancellationToken)
    {
        var batch = Frame(connection, schema);
        batch.Add($"set local search_path = {SearchPath(schema)}");
        // Nobody else knows the schema yet, so that there is nothing to lock, no journal to ask, and no index to make concurrently.
        foreach (var step in SchemaPlan.Forward(scripts, scripts.Newest, Nothing)) batch.Add(schema.Value, step, NoTransaction.WithoutConcurrently);
        return batch.RunAsync(cancellationToken);
    }

    /// <summary>Drops schema, role and login, what there is of them, in the caller's transaction. Not for a large tenant, whose tables are more than one transaction can lock.</summary>
    public static Task DropAsync(NpgsqlConnection connection, SchemaName schema, CancellationToken cancellationToken)
    {
        var batch = new ScriptBatch(connection);
        batch.Add($"drop schema if exists {schema} cascade");
        batch.Add("select tenancy.drop_tenant_role($1)", schema.Value);
        return batch.RunAsync(cancellationToken);
    }

    private static ScriptBatch Frame(NpgsqlConnection connection, SchemaName schema)
    {
        // SchemaName is generated and matches ^t_[0-9a-z]{10,40}$, so that it needs no quotes here.
        var batch = new ScriptBatch(connection);
        batch.Add("select tenancy.create_tenant_role($1)", schema.Value);
        batch.Add($"create schema {schema}");
        // Before the default privileges: a tenant does not see how it was migrated.
        batch.Add(Journal.CreateSql(schema.Value));
        batch.Add($"grant usage on schema {schema} to {schema}");
        // Not ALL: that contains TRUNCATE and TRIGGER.
        batch.Add($"alter default privileges in schema {schema} grant select, insert, update, delete on tables to {schema}");
        batch.Add($"alter default privileges in schema {schema} grant usage on sequences to {schema}");
        return batch;
    }
}
