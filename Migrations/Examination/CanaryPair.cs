using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Provisioning;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Examination;

/// <summary>Two schemas without an org, framed as every tenant's is, each with a table whose one row is the schema's name.</summary>
internal static class CanaryPair
{
    private const string List = "select schema_name from public.canaries order by schema_name";

    public static async Task<IReadOnlyList<SchemaName>> ListAsync(OwnerDatabase database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await ListAsync(connection, cancellationToken);
    }

    /// <summary>Makes what is missing of the pair, in one transaction; of several processes one does.</summary>
    public static async Task EnsureAsync(OwnerDatabase database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        if ((await ListAsync(connection, cancellationToken)).Count >= 2) return;

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('tenantry canaries', 0))");
        for (var missing = 2 - (await ListAsync(connection, cancellationToken)).Count; missing > 0; missing--)
        {
            var schema = SchemaName.For(Guid.CreateVersion7());
            await TenantSchema.CreateAsync(connection, schema, cancellationToken);
            await connection.ExecuteAsync(
                $"""
                create table {schema}.canary (song text primary key);
                insert into {schema}.canary (song) values ('{schema}');
                insert into public.canaries (schema_name) values ('{schema}');
                """);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<SchemaName>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        [.. (await connection.QueryAsync<string>(new CommandDefinition(List, cancellationToken: cancellationToken))).Select(SchemaName.Parse)];
}
