using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Provisioning;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Erasure;

/// <summary>
/// Erases tenants for good, one at a time, and says of each what was erased. First out of reach; then measured, after which there is
/// no way back; then table by table; schema, role, rows of the shared schema and the certificate last, in one transaction. Whatever
/// ends it, a repetition takes it up. Thread-safe.
/// </summary>
/// <param name="database">The owner's pool.</param>
public sealed class TenantEraser(OwnerDatabase database)
{
    // One erasure at a time in a database, and no export or migration of this tenant beside it. SET comes last: after a SELECT the
    // transaction would keep its snapshot, for which others wait and vacuum too.
    private const string Lock =
        """
        select true from pg_advisory_xact_lock(hashtextextended('tenantry erasure', 0));
        select true from pg_advisory_xact_lock(hashtextextended('tenantry ' || @schema, 0));
        set local lock_timeout = 0
        """;

    private const string FindDeleted = "select deleted_at from public.tenants where id = @Id and state = 'deleting'";

    // Waits for who restores it just now, and makes whoever comes after wait: either it is restored, or it is erased.
    private const string Hold = FindDeleted + " for update";

    private const string FindBegun = $"select at, details ->> 'tables' from public.audit_log where chain = @Id and action = '{BegunErasure.Action}'";

    private const string FindCertificate =
        "select details ->> 'certificate' from public.audit_log where chain = @Id and action = 'tenant.erased' order by position desc limit 1";

    private const string FindFormer = "select org_id from public.former_slugs where slug = @slug";

    private const string Count =
        """
        select (select count(*) from public.memberships where org_id = @Id) as Memberships, (select count(*) from public.invitations where org_id = @Id) as Invitations,
               clock_timestamp() as Now, current_database()::text as Database
        """;

    private const string FindHead = "select length, head from public.audit_chains where id = @Id for update";

    private const string Identify = "select system_identifier::text from pg_catalog.pg_control_system()";
    private const string MayIdentify = "select has_function_privilege('pg_catalog.pg_control_system()', 'execute')";

    private const string Forget = "delete from public.tenants where id = @Id and state = 'deleting'";

    /// <summary>Erases a tenant, whatever its state and however long ago it was deleted.</summary>
    /// <param name="tenant">Whom to erase.</param>
    /// <param name="progress">Told of each table when it is dropped.</param>
    /// <param name="cancellationToken">Stops between two drops; the tenant stays out of reach, and a repetition finishes.</param>
    /// <returns>The certificate, which the audit log keeps: also where somebody else has just erased the tenant.</returns>
    /// <exception cref="InvalidOperationException">Somebody restored it at the same moment; nothing was erased.</exception>
    /// <exception cref="NpgsqlException">The database failed; what is left is out of reach, and a repetition takes it up.</exception>
    public async Task<ErasureCertificate> EraseAsync(TenantRecord tenant, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await new TenantRemover(database).DeleteAsync(tenant, cancellationToken);
        var schema = SchemaName.Parse(tenant.SchemaName);
        await using var holder = await database.OpenAsync(cancellationToken);
        await using var held = await holder.BeginTransactionAsync(cancellationToken);
        await holder.ExecuteAsync(new CommandDefinition(Lock, new { schema = schema.Value }, commandTimeout: 0, cancellationToken: cancellationToken));

        await using var connection = await database.OpenAsync(cancellationToken);
        CommandDefinition Command(string sql) => new(sql, new { tenant.Id }, cancellationToken: cancellationToken);
        if (await connection.ExecuteScalarAsync<DateTime?>(Command(FindDeleted)) is not { } deletedAt)
            return await FindCertificateAsync(tenant.Id, cancellationToken) ?? throw RestoredMeanwhile(tenant);
        var (begunAt, tables) = await BeginAsync(connection, tenant, schema, cancellationToken);
        await SchemaDemolition.RunAsync(connection, schema, progress, cancellationToken);
        return await FinishAsync(connection, tenant, schema, new DateTimeOffset(deletedAt), begunAt, tables);
    }

    /// <summary>The certificate of an org that had a slug and was erased; null when there is none, or somebody else has the slug by now.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<ErasureCertificate?> FindCertificateAsync(Slug slug, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var id = await connection.ExecuteScalarAsync<Guid?>(new CommandDefinition(FindFormer, new { slug = slug.Value }, cancellationToken: cancellationToken));
        return id is null ? null : await FindCertificateAsync(id.Value, cancellationToken);
    }

    /// <summary>The certificate of an org that was erased; null when there is none.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<ErasureCertificate?> FindCertificateAsync(Guid orgId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string?>(new CommandDefinition(FindCertificate, new { Id = orgId }, cancellationToken: cancellationToken)) is { } json
            ? ErasureCertificate.Read(json)
            : null;
    }

    // Kept before the first drop: a repetition finds less, and certifies all.
    private static async Task<(DateTimeOffset At, IReadOnlyList<ErasedTable> Tables)> BeginAsync(
        NpgsqlConnection connection, TenantRecord tenant, SchemaName schema, CancellationToken cancellationToken)
    {
        CommandDefinition find = new(FindBegun, new { tenant.Id }, cancellationToken: cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<(DateTime At, string? Tables)>(find) is { Tables: { } json } begun)
            return (new DateTimeOffset(begun.At), JsonSerializer.Deserialize<List<ErasedTable>>(json)!);

        var tables = await SchemaDemolition.MeasureAsync(connection, schema, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.ExecuteScalarAsync<DateTime?>(new CommandDefinition(Hold, new { tenant.Id }, cancellationToken: cancellationToken)) is null) throw RestoredMeanwhile(tenant);
        await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.TenantErasureBegun, null, tenant.Id)
        {
            Details = new Dictionary<string, string> { ["tables"] = JsonSerializer.Serialize(tables) },
        }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (new DateTimeOffset((await connection.QuerySingleAsync<(DateTime At, string)>(find)).At), tables);
    }

    private static InvalidOperationException RestoredMeanwhile(TenantRecord tenant) => new($"{tenant.Slug} was restored meanwhile: nothing was erased.");

    private static async Task<ErasureCertificate> FinishAsync(
        NpgsqlConnection connection, TenantRecord tenant, SchemaName schema, DateTimeOffset deletedAt, DateTimeOffset begunAt, IReadOnlyList<ErasedTable> tables)
    {
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        // What it still holds are the default privileges.
        await connection.ExecuteAsync($"drop schema if exists {schema} cascade");
        await connection.ExecuteAsync("select tenancy.drop_tenant_role(@schema)", new { schema = schema.Value });
        await FormerSlugs.ReserveAsync(connection, tenant.Id, Slug.Parse(tenant.Slug), CancellationToken.None);
        var entry = new AuditEntry(AuditAction.TenantErased, null, tenant.Id);
        var certificate = await CertifyAsync(connection, tenant, entry.Origin!, deletedAt, begunAt, tables);
        await connection.ExecuteAsync(Forget, new { tenant.Id });
        await AuditLog.AppendAsync(transaction, entry with
        {
            Details = new Dictionary<string, string>
            {
                ["tables"] = tables.Count.ToString(CultureInfo.InvariantCulture),
                ["rows"] = certificate.Rows.ToString(CultureInfo.InvariantCulture),
                ["certificate"] = certificate.ToCanonicalJson(),
                ["sha256"] = certificate.ComputeSha256(),
            },
        }, CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return certificate;
    }

    private static async Task<ErasureCertificate> CertifyAsync(
        NpgsqlConnection connection, TenantRecord tenant, string by, DateTimeOffset deletedAt, DateTimeOffset begunAt, IReadOnlyList<ErasedTable> tables)
    {
        var (memberships, invitations, now, name) = await connection.QuerySingleAsync<(long, long, DateTime, string)>(Count, new { tenant.Id });
        var (length, head) = await connection.QuerySingleAsync<(long, byte[])>(FindHead, new { tenant.Id });
        var identifier = await connection.ExecuteScalarAsync<bool>(MayIdentify) ? await connection.ExecuteScalarAsync<string>(Identify) : null;
        return new ErasureCertificate
        {
            OrgId = tenant.Id,
            Schema = tenant.SchemaName,
            Role = tenant.SchemaName,
            Version = tenant.Version,
            DeletedAt = deletedAt,
            BegunAt = begunAt,
            ErasedAt = new DateTimeOffset(now),
            ErasedBy = by,
            Server = new ErasingServer(identifier, name, connection.PostgreSqlVersion.ToString()),
            Tables = tables,
            Rows = tables.Sum(table => table.Rows),
            Bytes = tables.Sum(table => table.Bytes),
            Memberships = memberships,
            Invitations = invitations,
            Kept =
            [
                new KeptRows("audit_log", length + 1, "The log is append-only and proves that and by whom the tenant was erased; it has no tenant's rows."),
                new KeptRows("former_slugs", 1, "The slug stays reserved for 30 days, so that links to this org do not lead to another."),
            ],
            AuditRows = length,
            AuditHead = Convert.ToHexStringLower(head),
        };
    }
}
