using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Fleet;

/// <summary>Reads the registry of tenants. Thread-safe.</summary>
public sealed class TenantRegistry(OwnerDatabase database)
{
    private const string Columns =
        """
        select t.id, o.slug, o.name, t.schema_name as SchemaName, t.state, t.version, t.last_attempt_at as LastAttemptAt,
               t.last_error as LastError, t.examined_at as ExaminedAt, t.deleted_at as DeletedAt, t.created_at as CreatedAt
        from public.tenants t join tenancy.directory o on o.id = t.id

        """;

    private const string List = Columns + "where @state is null or t.state = @state order by o.slug";
    private const string ListFailed = Columns + "where (t.state = 'failed' or t.last_error is not null) and t.state <> 'deleting' order by o.slug";
    private const string ListDrifted = Columns + "where t.drifted and t.state <> 'deleting' order by o.slug";
    private const string Find = Columns + "where o.slug = @slug";

    private const string Measure =
        """
        select (select count(*) from pg_catalog.pg_class c where c.relnamespace = n.oid and c.relkind in ('r', 'p')) as Tables,
               (select coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)), 0)::bigint from pg_catalog.pg_class c
                where c.relnamespace = n.oid and c.relkind = 'r') as SizeBytes,
               (select count(*) from public.memberships m where m.org_id = @id) as Members
        from pg_catalog.pg_namespace n where n.nspname = @schema
        """;

    private const string MeasureAll =
        """
        select t.id, count(c.oid) as Tables, coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)), 0)::bigint as SizeBytes,
               (select count(*) from public.memberships m where m.org_id = t.id) as Members
        from public.tenants t
        left join pg_catalog.pg_namespace n on n.nspname = t.schema_name
        left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p')
        where @state is null or t.state = @state
        group by t.id
        """;

    private const string Versions =
        "select version, count(*) as Tenants from public.tenants where state <> 'deleting' and spare_scripts is null group by version order by version";

    /// <summary>All tenants by slug, or those in one state.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<IReadOnlyList<TenantRecord>> ListAsync(string? state, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<TenantRecord>(new CommandDefinition(List, new { state }, cancellationToken: cancellationToken))];
    }

    /// <summary>The tenants whose last migration failed, by slug.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<IReadOnlyList<TenantRecord>> ListFailedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<TenantRecord>(new CommandDefinition(ListFailed, cancellationToken: cancellationToken))];
    }

    /// <summary>The tenants whose structure, when <see cref="DriftExaminer"/> last looked, was not what the scripts make, by slug.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<IReadOnlyList<TenantRecord>> ListDriftedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<TenantRecord>(new CommandDefinition(ListDrifted, cancellationToken: cancellationToken))];
    }

    /// <summary>The tenant whose org has a slug, in whatever state; null when there is none.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<TenantRecord?> FindAsync(Slug slug, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<TenantRecord>(
            new CommandDefinition(Find, new { slug = slug.Value }, cancellationToken: cancellationToken));
    }

    /// <summary>A tenant with its tables, size and members; null when there is none.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<TenantDetails?> FindDetailsAsync(Slug slug, CancellationToken cancellationToken)
    {
        if (await FindAsync(slug, cancellationToken) is not { } tenant) return null;
        await using var connection = await database.OpenAsync(cancellationToken);
        var (tables, size, members) = await connection.QuerySingleOrDefaultAsync<(long, long, long)>(
            new CommandDefinition(Measure, new { id = tenant.Id, schema = tenant.SchemaName }, cancellationToken: cancellationToken));
        return new TenantDetails(tenant, tables, size, members);
    }

    /// <summary>As <see cref="ListAsync"/>, each with its tables, size and members. Asks the file system for the size of every table.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<IReadOnlyList<TenantDetails>> ListDetailsAsync(string? state, CancellationToken cancellationToken)
    {
        var tenants = await ListAsync(state, cancellationToken);
        await using var connection = await database.OpenAsync(cancellationToken);
        var measured = (await connection.QueryAsync<(Guid Id, long Tables, long Size, long Members)>(
            new CommandDefinition(MeasureAll, new { state }, cancellationToken: cancellationToken))).ToDictionary(row => row.Id);
        return [.. tenants.Select(tenant =>
        {
            var (_, tables, size, members) = measured.GetValueOrDefault(tenant.Id);
            return new TenantDetails(tenant, tables, size, members);
        })];
    }

    /// <summary>How many tenants stand at each version, those being deleted left out.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<IReadOnlyList<(int Version, long Tenants)>> CountByVersionAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<(int, long)>(new CommandDefinition(Versions, cancellationToken: cancellationToken))];
    }
}
