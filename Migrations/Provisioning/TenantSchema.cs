using Npgsql;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Provisioning;

/// <summary>The frame of a tenant: its role, its schema and what the one may do in the other.</summary>
internal static class TenantSchema
{
    /// <summary>What a tenant's tables are made and migrated under: its own schema, and never <c>public</c>.</summary>
    public static string SearchPath(SchemaName schema) => $"{schema}, pg_temp";

    /// <summary>Makes the empty frame, in the caller's transaction. Scripts run later find their tables granted by default.</summary>
    public static async Task CreateAsync(NpgsqlConnection connection, SchemaName schema, CancellationToken cancellationToken)
    {
        // SchemaName is generated and matches ^t_[0-9a-z]{10,40}$, so that it needs no quotes here.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select tenancy.create_tenant_role($1)") { Parameters = { new() { Value = schema.Value } } },
                new($"create schema {schema}"),
                // Before the default privileges: a tenant does not see how it was migrated.
                new(Journal.CreateSql(schema.Value)),
                new($"grant usage on schema {schema} to {schema}"),
                // Not ALL: that contains TRUNCATE and TRIGGER.
                new($"alter default privileges in schema {schema} grant select, insert, update, delete on tables to {schema}"),
                new($"alter default privileges in schema {schema} grant usage on sequences to {schema}"),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
