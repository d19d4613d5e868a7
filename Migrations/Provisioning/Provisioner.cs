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
/// are one transaction of the owner's. It takes a spare's schema where one is ready, and makes its own otherwise. Thread-safe.
/// </summary>
/// <param name="database">The owner's pool.</param>
/// <param name="scripts">What each tenant's schema is made of.</param>
/// <param name="logins">Makes tenants' own logins; null, the default, where they share one.</param>
public sealed class Provisioner(OwnerDatabase database, ScriptSet scripts, TenantLogins? logins = null)
{
    // A spare, or else the row of a tenant still to be made.
    private const string TakeTenant =
        $"""
        with spare as (
            select t.id from public.tenants t where {SparePool.IsReady} order by t.id limit 1 for update skip locked
        ), claimed as (
            update public.tenants t set state = 'active', spare_scripts = null, created_at = now() from spare where t.id = spare.id returning t.id
        ), added as (
            insert into public.tenants (id, schema_name, state, version)
            select @id, @schema, 'active', @version where not exists (select from spare) returning id
        )
        select id from claimed union all select id from added
        """;

    private const string AddOrg =
        """
        insert into public.orgs (id, slug, name)
        select @id, @slug, @name
        where not exists (select from public.former_slugs where slug = @slug and reserved_until > now())
        on conflict (slug) do nothing
        """;

    private const string AddAdmin =
        """
        insert into public.memberships (org_id, user_id, role)
        select o.id, u.id, 'admin' from public.orgs o cross join public.users u where o.id = @id and u.id = @adminId
        """;

    /// <summary>The schemas kept ready, one of which each org or tenant takes that is made here; empty unless something fills it.</summary>
    public SparePool Spares { get; } = new(database, scripts, logins);

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
        MakeAsync(org, alongside, cancellationToken);

    /// <summary>
    /// Makes a tenant without an org of ours, for a host that has its own table of them: registry row, role, schema, tables,
    /// grants, journal, log row and what the host adds are one transaction.
    /// </summary>
    /// <param name="alongside">Run last, with the owner's transaction and the new tenant's id; false undoes it all.</param>
    /// <param name="cancellationToken">Stops it, with nothing made.</param>
    /// <exception cref="MigrationFailedException">A tenant script failed, or would leave its tenant's schema.</exception>
    /// <exception cref="NpgsqlException">The database failed; if it did so during the commit, the tenant may exist.</exception>
    public Task<ProvisioningResult> CreateTenantAsync(Func<DbTransaction, Guid, Task<bool>> alongside, CancellationToken cancellationToken) =>
        MakeAsync(null, alongside, cancellationToken);

    private async Task<ProvisioningResult> MakeAsync(NewOrg? org, Func<DbTransaction, Guid, Task<bool>> alongside, CancellationToken cancellationToken)
    {
        ScriptLint.Require(scripts);
        var started = TimeProvider.System.GetTimestamp();
        var (result, spare) = await MakeAsync(org, alongside, Guid.CreateVersion7(), cancellationToken);
        MigrationsTelemetry.Provisioned(TimeProvider.System.GetElapsedTime(started), result.Outcome.ToString(), spare);
        return result;
    }

    private async Task<(ProvisioningResult Result, bool Spare)> MakeAsync(NewOrg? org, Func<DbTransaction, Guid, Task<bool>> alongside, Guid fresh, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var id = await connection.QuerySingleAsync<Guid>(new CommandDefinition(TakeTenant, new
        {
            id = fresh,
            schema = SchemaName.For(fresh).Value,
            version = scripts.Newest,
            scripts = Spares.Mark.Scripts,
            key = Spares.Mark.Key,
        }, cancellationToken: cancellationToken));
        // Before the expensive part: a taken slug costs no schema.
        if (await RegisterAsync(connection, id, org, cancellationToken) is not ProvisioningOutcome.Created and var refused) return (new(refused, default), id != fresh);

        if (id == fresh)
        {
            await TenantSchema.CreateAsync(connection, SchemaName.For(id), scripts, cancellationToken);
            if (logins is not null) await logins.CreateAsync(connection, SchemaName.For(id), cancellationToken);
        }

        if (!await alongside(transaction, id)) return (new(ProvisioningOutcome.Abandoned, default), id != fresh);
        await transaction.CommitAsync(cancellationToken);
        Spares.TellTaken();
        return (new(ProvisioningOutcome.Created, id), id != fresh);
    }

    // Org, admin and log row, in one round trip.
    private static async Task<ProvisioningOutcome> RegisterAsync(NpgsqlConnection connection, Guid id, NewOrg? org, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        NpgsqlBatchCommand Add(string sql, params NpgsqlParameter[] parameters)
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.AddRange(parameters);
            batch.BatchCommands.Add(command);
            return command;
        }

        // So that what is the caller's finds the tenant's tables, taken or made.
        Add($"set local search_path = {TenantSchema.SearchPath(SchemaName.For(id))}");
        var addOrg = org is null ? null : Add(AddOrg, new("id", id), new("slug", org.Slug.Value), new("name", org.Name));
        var addAdmin = org is null ? null : Add(AddAdmin, new("id", id), new("adminId", org.AdminId));
        AuditLog.Append(Add(""), Entry(org, id));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return (addOrg, addAdmin) switch
        {
            ({ RecordsAffected: 0 }, _) => ProvisioningOutcome.SlugTaken,
            (_, { RecordsAffected: 0 }) => ProvisioningOutcome.AdminUnknown,
            _ => ProvisioningOutcome.Created,
        };
    }

    private static AuditEntry Entry(NewOrg? org, Guid id)
    {
        var entry = new AuditEntry(AuditAction.OrgCreated, org?.ActorId, id);
        return org?.Origin is null ? entry : entry with { Origin = org.Origin };
    }
}
