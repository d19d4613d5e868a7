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

    // Not of one that was moved since.
    private const string Keep =
        """
        update public.tenants set fingerprint = @print, drifted = @print <> @expected, examined_at = now()
        where schema_name = any(@schemas) and version = @version
        """;

    private const string FindVersion = "select version from public.tenants where id = @Id and state in ('active', 'suspended')";

    /// <summary>The tenants that differ, grouped by version and fingerprint, the largest group first; none when all are as they should be.</summary>
    /// <remarks>Whoever seems to differ is looked at again while nobody else may move it, so that who is migrated or erased meanwhile does not.</remarks>
    /// <param name="tenants">Whom to examine; one at a version that the scripts do not reach is left out.</param>
    /// <param name="cancellationToken">Stops between two questions.</param>
    /// <exception cref="MigrationFailedException">The scripts do not run on an empty schema.</exception>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<IReadOnlyList<DriftGroup>> ExamineAsync(IReadOnlyList<TenantRecord> tenants, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        // The fingerprint at each version, and the lines of each fingerprint.
        var (references, lines) = (new Dictionary<int, string>(), new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal));
        var differing = new List<TenantRecord>();
        foreach (var version in tenants.Where(tenant => tenant.Version <= scripts.Newest).GroupBy(tenant => tenant.Version).OrderBy(version => version.Key))
        {
            var expected = references[version.Key] = await BuildReferenceAsync(connection, version.Key, lines, cancellationToken);
            foreach (var chunk in version.Chunk(Chunk))
            {
                var found = await SchemaStructure.FingerprintAsync(connection, [.. chunk.Select(tenant => tenant.SchemaName)], cancellationToken);
                var same = chunk.ToLookup(tenant => found.GetValueOrDefault(tenant.SchemaName, "") == expected);
                await KeepAsync(connection, version.Key, [.. same[true].Select(tenant => tenant.SchemaName)], expected, expected, cancellationToken);
                differing.AddRange(same[false]);
            }
        }

        var drifted = new List<(int Version, string Print, string Slug)>();
        foreach (var tenant in differing)
        {
            if (await LookAgainAsync(connection, tenant, lines, cancellationToken) is not var (version, print) || version > scripts.Newest) continue;
            if (!references.TryGetValue(version, out var expected)) references[version] = expected = await BuildReferenceAsync(connection, version, lines, cancellationToken);
            await KeepAsync(connection, version, [tenant.SchemaName], print, expected, cancellationToken);
            if (print != expected) drifted.Add((version, print, tenant.Slug));
        }

        return [.. drifted.GroupBy(one => (one.Version, one.Print), one => one.Slug).OrderByDescending(group => group.Count()).Select(group =>
        {
            var (expected, own) = (lines[references[group.Key.Version]], lines[group.Key.Print]);
            return new DriftGroup(group.Key.Version, group.Key.Print, [.. group], [.. expected.Except(own)], [.. own.Except(expected)]);
        })];
    }

    private static Task<int> KeepAsync(NpgsqlConnection connection, int version, string[] schemas, string print, string expected, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(Keep, new { version, schemas, print, expected }, cancellationToken: cancellationToken));

    // Null where it is no longer in service. Waits for whoever has it in hand.
    private static async Task<(int Version, string Print)?> LookAgainAsync(
        NpgsqlConnection connection, TenantRecord tenant, Dictionary<string, IReadOnlyList<string>> lines, CancellationToken cancellationToken)
    {
        await using var held = await connection.BeginTransactionAsync(cancellationToken);
        await SchemaLock.HoldAsync(connection, tenant.SchemaName, cancellationToken);
        return await connection.ExecuteScalarAsync<int?>(new CommandDefinition(FindVersion, new { tenant.Id }, cancellationToken: cancellationToken)) is { } version
            ? (version, await ReadAsync(connection, tenant.SchemaName, lines, cancellationToken))
            : null;
    }

    private static async Task<string> ReadAsync(NpgsqlConnection connection, string schema, Dictionary<string, IReadOnlyList<string>> lines, CancellationToken cancellationToken)
    {
        var print = (await SchemaStructure.FingerprintAsync(connection, [schema], cancellationToken)).GetValueOrDefault(schema, "");
        if (!lines.ContainsKey(print)) lines[print] = await SchemaStructure.ListAsync(connection, schema, cancellationToken);
        return print;
    }

    // A schema that nobody ever sees: its transaction is not committed.
    private async Task<string> BuildReferenceAsync(
        NpgsqlConnection connection, int version, Dictionary<string, IReadOnlyList<string>> lines, CancellationToken cancellationToken)
    {
        var schema = SchemaName.For(Guid.CreateVersion7());
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await TenantSchema.CreateAsync(connection, schema, new ScriptSet(scripts.Scripts.Take(version)), cancellationToken);
        // The definitions name the schema unless it is on the path, on which no tenant's is that is compared.
        await using (var reset = new NpgsqlCommand("set local search_path = ''", connection)) await reset.ExecuteNonQueryAsync(cancellationToken);
        return await ReadAsync(connection, schema.Value, lines, cancellationToken);
    }
}
