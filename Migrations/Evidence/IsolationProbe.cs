using Dapper;
using Npgsql;
using Tenantry.Migrations.Hosting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Evidence;

/// <summary>
/// Tries on the running database what must be refused: each tenant, by the service's prologue and login, against others' schemas
/// and the shared tables, and the bare login against all. Whatever succeeds is undone. Thread-safe.
/// </summary>
/// <param name="database">The database.</param>
public sealed class IsolationProbe(TenantryDatabase database)
{
    // The tenants that can be entered, and the canaries; of each a table to try.
    private const string ListTenants =
        """
        select s.schema_name, s.has_login, s.schema_name ~ '^t_[0-9a-z]{10,40}$', (
            select quote_ident(min(c.relname)) from pg_catalog.pg_class c
            where c.relnamespace = n.oid and c.relkind = 'r' and c.relname <> 'migration_journal')
        from (select t.schema_name, true as has_login from public.tenants t where t.state in ('active', 'suspended') union all select c.schema_name, false from public.canaries c) s
        left join pg_catalog.pg_namespace n on n.nspname = s.schema_name
        order by s.schema_name
        """;

    private const string ListShared =
        """
        select format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'tenancy') and c.relkind in ('r', 'p', 'v', 'm') order by 1
        """;

    /// <summary>Probes the fleet. On a sound one there are no findings.</summary>
    /// <param name="options">Whom to try against whom.</param>
    /// <param name="progress">Told of each schema when it is done.</param>
    /// <param name="cancellationToken">Stops between two attempts; nothing is left behind.</param>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<ProbeReport> RunAsync(ProbeOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await using var owner = await database.Owner.OpenAsync(cancellationToken);
        var (tenants, misnamed) = await ListAsync(owner, cancellationToken);
        var shared = (await owner.QueryAsync<string>(new CommandDefinition(ListShared, cancellationToken: cancellationToken))).AsList();
        var against = Derangement.Draw(tenants.Count, options.Exhaustive ? int.MaxValue : options.Others, options.Seed);
        var tally = new ProbeTally();
        // No role and no path can be made of it: it is told and not tried.
        foreach (var name in misnamed) tally.Add(new ProbeFinding(name, name, "control", "its name is none of a tenant's"));

        await using var login = DataSources.Build(database.Logins.Data, options.Parallel, "tenantry verify", TimeSpan.FromMinutes(10));
        await Parallel.ForAsync(0, tenants.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken }, async (index, token) =>
        {
            await using var ownLogin = database.DataLogins == DataLogins.PerTenant && tenants[index].HasLogin ? OpenOwnLogin(tenants[index].Schema) : null;
            await using var connection = await (ownLogin ?? login).OpenConnectionAsync(token);
            // One shared table in turn: a right given to PUBLIC shows for anybody, and one given to a single role is the audit's to find.
            var tables = options.Exhaustive ? shared : shared.Skip(index % Math.Max(shared.Count, 1)).Take(1);
            await TryAsync(tally, new ProbeConnection(connection), tenants[index], [.. against[index].Select(other => tenants[other])], tables, token);
            progress?.Report(tenants[index].Schema.Value);
        });

        await using (var connection = await login.OpenConnectionAsync(cancellationToken))
        {
            var bare = new ProbeConnection(connection);
            foreach (var tenant in tenants.Where(tenant => tenant.Table is not null))
                await tally.TryAsync(bare, null, tenant.Schema.Value, new ProbeAttempt("read", $"select true from {tenant.Schema}.{tenant.Table} limit 1"), cancellationToken);
            foreach (var table in shared) await tally.TryAsync(bare, null, table, ProbeAttempt.OnShared(table), cancellationToken);
        }

        return await ReportAsync(owner, options, tenants, tally, cancellationToken);
    }

    private static async Task TryAsync(
        ProbeTally tally, ProbeConnection probe, Target own, IReadOnlyList<Target> others, IEnumerable<string> shared, CancellationToken cancellationToken)
    {
        // Without the positive control a refusal proves nothing: the role may be refused everything.
        var control = own.Table is null ? "it has no table" : await probe.TryAsync(own.Schema, $"select true from {own.Table} limit 1", cancellationToken);
        if (control is not null)
        {
            tally.Add(new ProbeFinding(own.Schema.Value, own.Schema.Value, "control", control));
            return;
        }

        foreach (var attempt in ProbeAttempt.OnOwn(own.Schema, own.Table!)) await tally.TryAsync(probe, own.Schema, own.Schema.Value, attempt, cancellationToken);
        foreach (var other in others.Where(other => other.Table is not null))
            foreach (var attempt in ProbeAttempt.On(other.Schema, other.Table!)) await tally.TryAsync(probe, own.Schema, other.Schema.Value, attempt, cancellationToken);
        foreach (var table in shared) await tally.TryAsync(probe, own.Schema, table, ProbeAttempt.OnShared(table), cancellationToken);
    }

    private static async Task<ProbeReport> ReportAsync(NpgsqlConnection owner, ProbeOptions options, IReadOnlyList<Target> tenants, ProbeTally tally, CancellationToken cancellationToken)
    {
        var still = (await ListAsync(owner, cancellationToken)).Tenants.Select(tenant => tenant.Schema.Value).ToHashSet(StringComparer.Ordinal);
        var gone = tenants.Select(tenant => tenant.Schema.Value).Where(schema => !still.Contains(schema)).ToHashSet(StringComparer.Ordinal);
        var wrong = tally.Findings.Count(finding => finding.Attempt != "control");
        return new ProbeReport(
            options.Seed, options.Exhaustive, tenants.Count, tally.Attempts, tally.Attempts - wrong, gone.Count,
            [.. tally.Findings.Where(finding => !gone.Contains(finding.Tenant) && !gone.Contains(finding.Target))]);
    }

    private static async Task<(IReadOnlyList<Target> Tenants, IReadOnlyList<string> Misnamed)> ListAsync(NpgsqlConnection owner, CancellationToken cancellationToken)
    {
        var rows = (await owner.QueryAsync<(string Schema, bool HasLogin, bool IsName, string? Table)>(new CommandDefinition(ListTenants, cancellationToken: cancellationToken))).AsList();
        return ([.. rows.Where(row => row.IsName).Select(row => new Target(SchemaName.Parse(row.Schema), row.HasLogin, row.Table))], [.. rows.Where(row => !row.IsName).Select(row => row.Schema)]);
    }

    private NpgsqlDataSource OpenOwnLogin(SchemaName schema) =>
        DataSources.Build(TenantLogin.ConnectionFor(schema, database.Logins.Data), 1, "tenantry verify", TimeSpan.FromMinutes(10));

    private readonly record struct Target(SchemaName Schema, bool HasLogin, string? Table);
}
