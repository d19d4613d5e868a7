using System.Data;
using System.Diagnostics;
using Dapper;
using Npgsql;

namespace Tenantry.Migrations.Evidence;

/// <summary>
/// Runs checks as the auditor login, all in one <c>REPEATABLE READ READ ONLY</c> transaction. Writes nothing, makes nothing and
/// locks nothing, so that a replica can be asked as well.
/// </summary>
internal static class AuditRun
{
    // Names mean what they say, a check cannot take for ever, and no time goes into compiling queries that run once.
    private const string Prepare =
        "set transaction read only; set local search_path = ''; set local statement_timeout = '60s'; set local lock_timeout = '5s'; set local jit = off";

    private const string AskServer =
        """
        select pg_catalog.version() as Version, pg_catalog.current_database()::text as Database, session_user::text as Login,
               (select c.system_identifier::text from pg_catalog.pg_control_system() c) as SystemIdentifier,
               pg_catalog.pg_is_in_recovery() as IsReplica
        """;

    private const string AskPopulation =
        """
        with schema as (select n.oid, n.nspname from pg_catalog.pg_namespace n where n.nspname ~ '^t_[0-9a-z]{10,40}$')
        select (select pg_catalog.count(*) from public.tenants t where t.state in ('active', 'suspended')) as Orgs,
               (select pg_catalog.count(*) from public.tenants t) as Tenants,
               (select pg_catalog.count(*) from public.canaries c) as Canaries,
               (select pg_catalog.count(*) from schema s) as Schemas,
               (select pg_catalog.count(*) from schema s join pg_catalog.pg_roles r on r.rolname = s.nspname) as Roles,
               (select pg_catalog.count(*) from schema s join pg_catalog.pg_class c on c.relnamespace = s.oid) as Relations
        """;

    // Tenants' own logins stand together: there may be thousands.
    private const string AskLogins =
        """
        with login as (
            select r.rolname::text as name, case
                when r.rolsuper then 'superuser'
                when r.rolname in (d.datname || '_owner', d.datname || '_control', d.datname || '_data', d.datname || '_auditor') then pg_catalog.substr(r.rolname, pg_catalog.length(d.datname) + 2)
                when r.rolname ~ '^l_[0-9a-z]{10,40}$' then 'tenant'
                else 'other' end as purpose
            from pg_catalog.pg_roles r cross join pg_catalog.pg_database d
            where d.datname = pg_catalog.current_database() and r.rolcanlogin and pg_catalog.has_database_privilege(r.oid, d.oid, 'connect'))
        select case l.purpose when 'tenant' then 'l_*' else l.name end as Name, l.purpose as Purpose, pg_catalog.count(*) as Count
        from login l group by 1, 2 order by 2, 1
        """;

    /// <summary>Opens a connection of the auditor login and runs the checks.</summary>
    /// <param name="auditor">The auditor login's connection string.</param>
    /// <param name="checks">Which ones.</param>
    /// <param name="before">The heads of the audit log that the report before fixed; none to compare with nothing.</param>
    /// <param name="progress">Told of each family of checks that was run.</param>
    /// <param name="cancellationToken">Stops between two checks, or the one that runs.</param>
    /// <exception cref="NpgsqlException">The connection failed, or the registry cannot be read.</exception>
    public static async Task<AuditReport> RunAsync(string auditor, IReadOnlyList<CheckFile> checks, IReadOnlyList<ChainHead> before, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(auditor) { Pooling = false, CommandTimeout = 0, ApplicationName = "tenantry audit" }.ConnectionString);
        var startedAt = TimeProvider.System.GetUtcNow();
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Prepare, cancellationToken: cancellationToken));
        var snapshot = await connection.QuerySingleAsync<string>(new CommandDefinition("select pg_catalog.pg_current_snapshot()::text", cancellationToken: cancellationToken));
        var server = await connection.QuerySingleAsync<AuditedServer>(new CommandDefinition(AskServer, cancellationToken: cancellationToken));
        var population = await connection.QuerySingleAsync<AuditedPopulation>(new CommandDefinition(AskPopulation, cancellationToken: cancellationToken));
        var results = new List<CheckResult>();
        foreach (var family in checks.GroupBy(check => check.Family))
        {
            foreach (var check in family) results.Add(await RunAsync(connection, check, cancellationToken));
            progress?.Report($"{family.Key}: {family.Count()} checks");
        }

        if (before.Count > 0) results.Add(await LogEvidence.CompareAsync(connection, before, cancellationToken));
        var logins = (await connection.QueryAsync<AuditedLogin>(new CommandDefinition(AskLogins, cancellationToken: cancellationToken))).AsList();
        return new AuditReport(server, population, startedAt, TimeProvider.System.GetUtcNow(), snapshot, logins, [.. results.OrderBy(result => result.Id, StringComparer.Ordinal)])
        {
            Log = await ReadLogAsync(connection, cancellationToken),
        };
    }

    // That it cannot be read is a finding of data.audit_log.
    private static async Task<AuditLogState?> ReadLogAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try { return await LogEvidence.ReadAsync(connection, cancellationToken); }
        catch (PostgresException) when (!cancellationToken.IsCancellationRequested) { return null; }
    }

    /// <summary>Runs one check in the transaction that <paramref name="connection"/> is in, which goes on whatever becomes of it.</summary>
    public static async Task<CheckResult> RunAsync(NpgsqlConnection connection, CheckFile check, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition("savepoint tenantry_check", cancellationToken: cancellationToken));
        var clock = Stopwatch.StartNew();
        try
        {
            var findings = (await connection.QueryAsync<AuditFinding>(new CommandDefinition(check.Sql, cancellationToken: cancellationToken))).AsList();
            return CheckResult.Of(check, findings, clock.Elapsed);
        }
        catch (PostgresException error) when (!cancellationToken.IsCancellationRequested)
        {
            return CheckResult.Without(check, $"{error.MessageText} ({error.SqlState})", clock.Elapsed);
        }
        finally
        {
            if (connection.State == ConnectionState.Open) await connection.ExecuteAsync("rollback to savepoint tenantry_check; release savepoint tenantry_check");
        }
    }
}
