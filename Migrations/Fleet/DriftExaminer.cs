using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Fleet;

/// <summary>
/// Compares the structure of tenants with what the scripts make at their version: columns, defaults, constraints, indexes,
/// triggers, views, functions and grants. Changes nothing. Thread-safe.
/// </summary>
/// <param name="database">The owner's pool.</param>
/// <param name="scripts">What each tenant's schema is made of.</param>
public sealed class DriftExaminer(OwnerDatabase database, ScriptSet scripts)
{
    // Of the catalogs of so many schemas at a time, so that no query is long and memory stays flat.
    private const int Chunk = 100;

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
                foreach (var (schema, found) in await SchemaStructure.FingerprintAsync(connection, [.. chunk.Select(tenant => tenant.SchemaName)], cancellationToken))
                    prints.Add(schema, found);

            foreach (var same in version.GroupBy(tenant => prints.GetValueOrDefault(tenant.SchemaName, "")).Where(same => same.Key != print))
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
