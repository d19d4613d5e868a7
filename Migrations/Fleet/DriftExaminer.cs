using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Fleet;

/// <summary>
/// Compares the structure of tenants with what the scripts make at their version: columns, defaults, constraints, indexes,
/// triggers, views, functions and grants. Changes no tenant; what it finds is kept in the registry. Thread-safe.
/// </summary>
/// <param name="database">The owner's pool.</param>
/// <param name="scripts">What each tenant's schema is made of.</param>
public sealed class DriftExaminer(OwnerDatabase database, ScriptSet scripts)
{
    // Of the catalogs of so many schemas at a time, so that no query is long and memory stays flat.
    private const int Chunk = 100;

    private const string Keep =
        """
        update public.tenants t set fingerprint = f.print, drifted = f.print <> @expected, examined_at = now()
        from unnest(@schemas, @prints) as f (schema, print) where t.schema_name = f.schema
        """;

    /// <summary>The tenants that differ, grouped by version and fingerprint, the largest group first; none when all are as they should be.</summary>
    /// <param name="tenants">Whom to examine; one at a version that the scripts do not reach is left out.</param>
    /// <param name="cancellationToken">Stops between two questions.</param>
    /// <exception cref="MigrationFailedException">The scripts do not run on an empty schema.</exception>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<IReadOnlyList<DriftGroup>> ExamineAsync(IReadOnlyList<TenantRecord> tenants, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var groups = new List<DriftGroup>();
        foreach (var version in tenants.Where(tenant => tenant.Version <= scripts.Newest).GroupBy(tenant => tenant.Version).OrderBy(version => version.Key))
        {
            var (print, lines) = await BuildReferenceAsync(connection, version.Key, cancellationToken);
            var prints = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var chunk in version.Chunk(Chunk))
            {
                var schemas = chunk.Select(tenant => tenant.SchemaName).ToArray();
                var found = await SchemaStructure.FingerprintAsync(connection, schemas, cancellationToken);
                foreach (var schema in schemas) prints.Add(schema, found.GetValueOrDefault(schema, ""));
                await connection.ExecuteAsync(new CommandDefinition(
                    Keep, new { schemas, prints = schemas.Select(schema => prints[schema]).ToArray(), expected = print }, cancellationToken: cancellationToken));
            }

            foreach (var same in version.GroupBy(tenant => prints[tenant.SchemaName]).Where(same => same.Key != print))
            {
                var own = await SchemaStructure.ListAsync(connection, same.First().SchemaName, cancellationToken);
                groups.Add(new DriftGroup(version.Key, same.Key, [.. same.Select(tenant => tenant.Slug)], [.. lines.Except(own)], [.. own.Except(lines)]));
            }
        }

        return [.. groups.OrderByDescending(group => group.Slugs.Count)];
    }

    // A schema that nobody ever sees: its transaction is not committed.
    private async Task<(string Print, IReadOnlyList<string> Lines)> BuildReferenceAsync(NpgsqlConnection connection, int version, CancellationToken cancellationToken)
    {
        var schema = SchemaName.For(Guid.CreateVersion7());
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await TenantSchema.CreateAsync(connection, schema, new ScriptSet(scripts.Scripts.Take(version)), cancellationToken);
        // The definitions name the schema unless it is on the path, on which no tenant's is that is compared.
        await using (var reset = new NpgsqlCommand("set local search_path = ''", connection)) await reset.ExecuteNonQueryAsync(cancellationToken);
        var prints = await SchemaStructure.FingerprintAsync(connection, [schema.Value], cancellationToken);
        return (prints.GetValueOrDefault(schema.Value, ""), await SchemaStructure.ListAsync(connection, schema.Value, cancellationToken));
    }
}
