using Tenantry.Migrations.Erasure;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;

namespace Tenantry.Migrations.Cli;

/// <summary>The erasure of one org, with its progress.</summary>
internal static class ErasureRun
{
    public static async Task<ErasureCertificate> EraseAsync(Invocation invocation, TenantryDatabase database, TenantRecord tenant, CancellationToken cancellationToken)
    {
        var details = await new TenantRegistry(database.Owner).FindDetailsAsync(Tenancy.Slug.Parse(tenant.Slug), cancellationToken);
        return await ProgressDisplay.RunAsync(invocation, $"Erasing {tenant.Slug}", (int)(details?.Tables ?? 0), progress =>
            new TenantEraser(database.Owner).EraseAsync(tenant, new Dropped(progress), cancellationToken));
    }

    private sealed class Dropped(IProgress<string> progress) : IProgress<string>
    {
        public void Report(string value) => progress.Report($"Dropped table {value}.");
    }
}
