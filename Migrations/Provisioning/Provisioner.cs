using System.Data.Common;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Linting;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Provisioning;

/// <summary>
/// Makes orgs. An org exists whole or not at all: its row, its first admin, role, schema, tables, grants, journal and log row
/// are one transaction of the owner's. Thread-safe.
/// </summary>
/// <param name="database">The owner's pool.</param>
/// <param name="scripts">What each tenant's schema is made of.</param>
/// <param name="logins">Makes tenants' own logins; null, the default, where they share one.</param>
public sealed class Provisioner(OwnerDatabase database, ScriptSet scripts, TenantLogins? logins = null)
{
    private const string AddTenant =
        "insert into public.tenants (id, schema_name, state, version) values (@id, @schema, 'active', @version)";

    private const string AddOrg =
        """
        insert into public.orgs (id, slug, name)
        select @id, @slug, @name
        where not exists (select from public.former_slugs where slug = @slug and reserved_until > now())
        on conflict (slug) do nothing
        """;

    private const string AddAdmin =
        "insert into public.memberships (org_id, user_id, role) select @id, u.id, 'admin' from public.users u where u.id = @adminId";

    /// <summary>Makes an org. When it does not answer <see cref="ProvisioningOutcome.Created"/>, or throws, nothing was made.</summary>
    /// <exception cref="MigrationFailedException">A tenant script failed, or would leave its tenant's schema.</exception>
    /// <exception cref="NpgsqlException">The database failed; if it did so during the commit, the org may exist.</exception>
    public Task<ProvisioningResult> CreateAsync(NewOrg org, CancellationToken cancellationToken) =>
        CreateAsync(org, (_, _) => Task.FromResult(true), cancellationToken);

    /// <summary>As <see cref="CreateAsync(NewOrg, CancellationToken)"/>, with something of the caller's in the same transaction.</summary>
    /// <param name="org">The org to be made.</param>
    /// <param name="alongside">Run last, with the owner's transaction and the new org's id; false undoes it all.</param>
    /// <param name="cancellationToken">Stops it, with nothing made.</param>
    /// <exception cref="MigrationFailedException">A tenant script failed, or would leave its tenant's schema.</exception>
    /// <exception cref="NpgsqlException">The database failed; if it did so during the commit, the org may exist.</exception>
    public Task<ProvisioningResult> CreateAsync(NewOrg org, Func<DbTransaction, Guid, Task<bool>> alongside, CancellationToken cancellationToken) =>
        CreateAsync((transaction, id) => AddOrgAsync(transaction, id, org, cancellationToken), id => Entry(org, id), alongside, cancellationToken);

    /// <summary>
    /// Makes a tenant without an org of ours, for a host that has its own table of them: registry row, role, schema, tables,
    /// grants, journal, log row and what the host adds are one transaction.
    /// </summary>
    /// <param name="alongside">Run last, with the owner's transaction and the new tenant's id; false undoes it all.</param>
    /// <param name="cancellationToken">Stops it, with nothing made.</param>
    /// <exception cref="MigrationFailedException">A tenant script failed, or would leave its tenant's schema.</exception>
    /// <exception cref="NpgsqlException">The database failed; if it did so during the commit, the tenant may exist.</exception>
    public Task<ProvisioningResult> CreateTenantAsync(Func<DbTransaction, Guid, Task<bool>> alongside, CancellationToken cancellationToken) =>
        CreateAsync((_, _) => Task.FromResult(ProvisioningOutcome.Created), id => new AuditEntry(AuditAction.OrgCreated, null, id), alongside, cancellationToken);

    private async Task<ProvisioningResult> CreateAsync(
        Func<DbTransaction, Guid, Task<ProvisioningOutcome>> begin, Func<Guid, AuditEntry> entry, Func<DbTransaction, Guid, Task<bool>> alongside, CancellationToken cancellationToken)
    {
        ScriptLint.Require(scripts);
        var id = Guid.CreateVersion7();
        var schema = SchemaName.For(id);

        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(AddTenant, new { id, schema = schema.Value, version = scripts.Newest }, cancellationToken: cancellationToken));
        // Before the expensive part: a taken slug costs no schema.
        if (await begin(transaction, id) is not ProvisioningOutcome.Created and var refused) return new(refused, default);

        await TenantSchema.CreateAsync(connection, schema, scripts, cancellationToken);
        if (logins is not null) await logins.CreateAsync(connection, schema, cancellationToken);
        await AuditLog.AppendAsync(transaction, entry(id), cancellationToken);
        if (!await alongside(transaction, id)) return new(ProvisioningOutcome.Abandoned, default);
        await transaction.CommitAsync(cancellationToken);
        return new(ProvisioningOutcome.Created, id);
    }

    private static async Task<ProvisioningOutcome> AddOrgAsync(DbTransaction transaction, Guid id, NewOrg org, CancellationToken cancellationToken)
    {
        Task<int> Run(string sql, object parameters) =>
            transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));

        if (await Run(AddOrg, new { id, slug = org.Slug.Value, name = org.Name }) == 0) return ProvisioningOutcome.SlugTaken;
        return await Run(AddAdmin, new { id, adminId = org.AdminId }) == 0 ? ProvisioningOutcome.AdminUnknown : ProvisioningOutcome.Created;
    }

    private static AuditEntry Entry(NewOrg org, Guid id)
    {
        var entry = new AuditEntry(AuditAction.OrgCreated, org.ActorId, id);
        return org.Origin is null ? entry : entry with { Origin = org.Origin };
    }
}
