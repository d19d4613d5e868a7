using System.Globalization;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Transfer;

/// <summary>Makes an org of an export, here or from elsewhere. Ids of users in its rows stay what they were. Thread-safe.</summary>
/// <param name="database">The owner's pool.</param>
/// <param name="scripts">What each tenant's schema is made of.</param>
/// <param name="logins">Makes tenants' own logins; null, the default, where they share one.</param>
public sealed class TenantImporter(OwnerDatabase database, ScriptSet scripts, TenantLogins? logins = null)
{
    /// <summary>What an export says of itself. Its rows are not looked at.</summary>
    /// <exception cref="TransferException">It is no export, one that is not whole, or one of other or newer scripts.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<ExportManifest> ReadManifestAsync(string file, CancellationToken cancellationToken)
    {
        await using var export = await ExportReader.OpenAsync(file, cancellationToken);
        export.Content.RequireScripts(scripts);
        return export.Manifest;
    }

    /// <summary>
    /// Imports a file into a new org, at the version it is of, and takes that to the newest. Every hash is compared before anything is
    /// committed; when this does not answer <see cref="ProvisioningOutcome.Created"/>, or throws, nothing was made.
    /// </summary>
    /// <param name="file">The export.</param>
    /// <param name="org">The org to be made.</param>
    /// <param name="progress">Told of each table when it is loaded.</param>
    /// <param name="cancellationToken">Stops it, with nothing made.</param>
    /// <exception cref="TransferException">The file is damaged, of other or newer scripts, or holds what these scripts do not make.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="MigrationFailedException">A script failed on the imported rows.</exception>
    /// <exception cref="NpgsqlException">The database failed; if it did so during the commit, the org may exist.</exception>
    public async Task<TransferResult> ImportAsync(string file, NewOrg org, IProgress<TransferredTable>? progress, CancellationToken cancellationToken)
    {
        await using var export = await ExportReader.OpenAsync(file, cancellationToken);
        return await new TenantLoader(database, scripts, logins).LoadAsync(org, export.Content, export.CopyAsync, (id, tables) => [Entry(id, tables)], null, progress, cancellationToken);

        AuditEntry Entry(Guid id, IReadOnlyList<TransferredTable> tables) => new(AuditAction.OrgImported, org.ActorId, id)
        {
            Details = new Dictionary<string, string>
            {
                ["schema"] = export.Manifest.Schema,
                ["version"] = export.Manifest.Scripts.Count.ToString(CultureInfo.InvariantCulture),
                ["rows"] = tables.Sum(table => table.Rows).ToString(CultureInfo.InvariantCulture),
                ["sha256"] = export.Manifest.Sha256,
            },
        };
    }
}
