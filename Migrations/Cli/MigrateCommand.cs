using System.CommandLine;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class MigrateCommand
{
    private static readonly Argument<Slug[]> Orgs = SlugArgument.Several();
    private static readonly Option<bool> Shared = new("--shared") { Description = "Only roles, rights and the shared schema; makes the database when it is missing" };
    private static readonly Option<int?> To = new("--to") { Description = "The version to reach; the newest by default" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what would run" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("migrate", "Migrate the shared schema, then the tenants that are behind") { Orgs, Shared, To, DryRun };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(Shared)) return;
            if (result.GetResult(Orgs) is { Tokens.Count: > 0 }) result.AddError("--shared migrates no tenants: leave out the slugs.");
            if (result.GetResult(To) is not null) result.AddError("--shared takes the shared schema to the newest version: leave out --to.");
        });
        return command.Doing(terminal, RunAsync);
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        Slug[]? only = invocation.Get(Orgs) is { Length: > 0 } slugs ? slugs : null;
        await using var database = only is null
            ? await invocation.Database.ConnectAsync(cancellationToken)
            : await invocation.Database.OpenAsync(cancellationToken);
        var newest = database.TenantScripts.Newest;
        var target = invocation.Get(To) ?? newest;
        if (target < 1 || target > newest) throw CommandException.Usage($"--to takes a version from 1 to {newest}.");
        if (only is not null)
            foreach (var slug in only) await Invocation.GetTenantAsync(database, slug, cancellationToken);
        if (invocation.Get(DryRun)) return await MigrationPlan.WriteAsync(invocation, database, only, target, invocation.Get(Shared), cancellationToken);

        if (only is null) await database.MigrateSharedAsync(invocation.Progress, cancellationToken);
        var report = invocation.Get(Shared)
            ? new FleetReport([], [], 0)
            : await MigrateTenantsAsync(invocation, database, only, target, cancellationToken);
        Write(invocation, report);
        if (cancellationToken.IsCancellationRequested && report.Left > 0) return ExitCode.Interrupted;
        return report.Failed.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static async Task<FleetReport> MigrateTenantsAsync(
        Invocation invocation, TenantryDatabase database, Slug[]? only, int target, CancellationToken cancellationToken)
    {
        var fleet = new FleetMigrator(database.Owner, database.TenantScripts);
        var behind = await fleet.ListBehindAsync(only, target, cancellationToken);
        return await ProgressDisplay.RunAsync(invocation, "Migrating tenants", behind.Count, progress =>
            fleet.MigrateAsync(only, target, new Steps(progress), cancellationToken));
    }

    private static void Write(Invocation invocation, FleetReport report)
    {
        invocation.Output.Write(
            new
            {
                sharedVersion = ScriptSet.Shared.Newest,
                migrated = report.Migrated.Select(done => new { slug = done.Slug, from = done.From, to = done.To }).ToList(),
                failed = report.Failed.Select(failed => new { slug = failed.Slug, from = failed.From, to = failed.To, script = failed.Script, error = failed.Error }).ToList(),
                left = report.Left,
            },
            output => output.Line(invocation.Get(Shared)
                ? $"The shared schema is at version {ScriptSet.Shared.Newest}."
                : $"{report.Migrated.Count} tenants migrated, {report.Failed.Count} failed, {report.Left} left."));
        foreach (var failed in report.Failed) invocation.Progress.Report($"Failed: {Steps.Describe(failed)}");
        if (report.Left > 0) invocation.Progress.Report($"Interrupted: {report.Left} tenants are left; run the command again for them.");
    }

    private sealed class Steps(IProgress<string> progress) : IProgress<TenantMigration>
    {
        public void Report(TenantMigration value) => progress.Report(Describe(value));

        public static string Describe(TenantMigration value) => value.Error is null
            ? $"{value.Slug}: version {value.From} to {value.To}."
            : $"{value.Slug} stays at version {value.From}: {value.Error}";
    }
}
