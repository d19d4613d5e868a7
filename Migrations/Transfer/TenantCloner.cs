using System.Globalization;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Transfer;

/// <summary>Makes an org of another one's data, table by table without a file between. The source can be used meanwhile. Thread-safe.</summary>
/// <param name="database">The owner's pool.</param>
/// <param name="scripts">What each tenant's schema is made of.</param>
/// <param name="logins">Makes tenants' own logins; null, the default, where they share one.</param>
public sealed class TenantCloner(OwnerDatabase database, ScriptSet scripts, TenantLogins? logins = null)
{
    private const string ListAdmins = "select user_id from public.memberships where org_id = @Id and role = 'admin' order by created_at, user_id";

    private const string CopyAdmins =
        """
        insert into public.memberships (org_id, user_id, role)
        select @id, m.user_id, 'admin' from public.memberships m where m.org_id = @source and m.role = 'admin'
        on conflict do nothing
        """;

    /// <summary>The users who are admins of a tenant's org, the first of them first.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<IReadOnlyList<Guid>> ListAdminsAsync(TenantRecord tenant, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<Guid>(new CommandDefinition(ListAdmins, new { tenant.Id }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>
    /// Clones a tenant, a suspended one too, as it is at one moment; the new org is active and at the newest version. Members and
    /// invitations are not cloned. When this does not answer <see cref="ProvisioningOutcome.Created"/>, or throws, nothing was made.
    /// </summary>
    /// <param name="source">Whom to clone.</param>
    /// <param name="org">The org to be made.</param>
    /// <param name="options">What comes along.</param>
    /// <param name="progress">Told of each table when it is loaded.</param>
    /// <param name="cancellationToken">Stops it, with nothing made.</param>
    /// <exception cref="TransferException">The source has no data, or is not what the scripts make.</exception>
    /// <exception cref="MigrationFailedException">A script failed on the cloned rows.</exception>
    /// <exception cref="NpgsqlException">The database failed; if it did so during the commit, the org may exist.</exception>
    public async Task<TransferResult> CloneAsync(TenantRecord source, NewOrg org, CloneOptions options, IProgress<TransferredTable>? progress, CancellationToken cancellationToken)
    {
        await using var snapshot = await TenantSnapshot.TakeAsync(database, source, cancellationToken);
        Func<int, Stream, CancellationToken, Task<CopyTotals>>? write = options.WithoutData ? null : (table, stream, stop) => snapshot.CopyAsync(snapshot.Content.Tables[table], stream, stop);
        return await new TenantLoader(database, scripts, logins).LoadAsync(
            org, snapshot.Content, write, Entries,
            !options.WithAdmins ? null : (transaction, id) => transaction.Connection!.ExecuteAsync(new CommandDefinition(CopyAdmins, new { id, source = source.Id }, cancellationToken: cancellationToken)),
            progress, cancellationToken);

        // One row in each org's log.
        IEnumerable<AuditEntry> Entries(Guid id, IReadOnlyList<TransferredTable> tables)
        {
            var details = new Dictionary<string, string> { ["rows"] = tables.Sum(table => table.Rows).ToString(CultureInfo.InvariantCulture) };
            yield return new AuditEntry(AuditAction.OrgCloned, org.ActorId, id, source.Id.ToString()) { Details = details };
            if (!options.WithoutData) yield return new AuditEntry(AuditAction.OrgExported, org.ActorId, source.Id, id.ToString()) { Details = details };
        }
    }
}
