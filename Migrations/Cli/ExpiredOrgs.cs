using Npgsql;
using Tenantry.Migrations.Erasure;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;

namespace Tenantry.Migrations.Cli;

/// <summary><c>drop --expired</c>: erases the deleted orgs whose time of retention is over, one after the other.</summary>
internal static class ExpiredOrgs
{
    public static async Task<int> EraseAsync(Invocation invocation, TenantryDatabase database, CancellationToken cancellationToken)
    {
        var eraser = new TenantEraser(database.Owner);
        var expired = await new TenantRemover(database.Owner).ListExpiredAsync(cancellationToken);
        if (!invocation.Yes && expired.Count > 0) Ask(invocation, expired);

        var erased = new List<string>();
        var failed = new List<(string Slug, string Error)>();
        foreach (var tenant in expired)
        {
            if (cancellationToken.IsCancellationRequested) break;
            try
            {
                await eraser.EraseAsync(tenant, null, CancellationToken.None);
                erased.Add(tenant.Slug);
                invocation.Progress.Report($"{tenant.Slug} is erased.");
            }
            catch (PostgresException error)
            {
                failed.Add((tenant.Slug, error.Message));
                invocation.Progress.Report($"Failed: {tenant.Slug}: {error.Message}");
            }
        }

        var left = expired.Count - erased.Count - failed.Count;
        invocation.Output.Write(
            new { erased, failed = failed.Select(one => new { slug = one.Slug, error = one.Error }).ToList(), left },
            output => output.Line($"{erased.Count} orgs erased, {failed.Count} failed, {left} left."));
        if (left > 0) return ExitCode.Interrupted;
        return failed.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static void Ask(Invocation invocation, IReadOnlyList<TenantRecord> expired)
    {
        invocation.Terminal.Err.Write(Output.Printable($"This erases {expired.Count} orgs and all their data for good: {string.Join(", ", expired.Select(tenant => tenant.Slug))}. Type yes to go on: "));
        if (invocation.Terminal.In.ReadLine()?.Trim() != "yes") throw CommandException.Failed("That is not yes: nothing was erased.");
    }
}
