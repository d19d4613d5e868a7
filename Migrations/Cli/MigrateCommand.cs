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
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what would run, with its SQL" };
    private static readonly FleetArguments Fleet = new();

    public static Command Create(Terminal terminal)
    {
        var command = new Command("migrate", "Migrate the shared schema, then the tenants that are behind") { Orgs, Shared, To, DryRun };
        foreach (var option in Fleet.All) command.Options.Add(option);
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
        var only = Invocation.NullIfNone(invocation.Get(Orgs));
        await using var database = only is null
            ? await invocation.Database.ConnectAsync(cancellationToken)
            : await invocation.Database.OpenAsync(cancellationToken);
        var newest = database.TenantScripts.Newest;
        var target = invocation.Get(To) ?? newest;
        if (target < 1 || target > newest) throw CommandException.Usage($"--to takes a version from 1 to {newest}.");
        await Invocation.RequireTenantsAsync(database, only, cancellationToken);
        var options = Fleet.Read(invocation) with { Only = only, Target = target };
        if (invocation.Get(DryRun)) return await MigrationPlan.WriteAsync(invocation, database, options, invocation.Get(Shared), cancellationToken);

        if (only is null) await database.MigrateSharedAsync(invocation.Progress, cancellationToken);
        if (invocation.Get(Shared))
            return FleetOutcome.Write(invocation, new FleetReport([], [], 0), $"The shared schema is at version {ScriptSet.Shared.Newest}.", cancellationToken);
        var report = await MigrateTenantsAsync(invocation, database, options, cancellationToken);
        return FleetOutcome.Write(invocation, report, FleetOutcome.Summarize(report, "migrated"), cancellationToken);
    }

    /// <summary>The run that <c>retry</c> makes too.</summary>
    public static async Task<FleetReport> MigrateTenantsAsync(Invocation invocation, TenantryDatabase database, FleetOptions options, CancellationToken cancellationToken)
    {
        var fleet = new FleetMigrator(database.Owner, database.TenantScripts);
        var behind = await fleet.ListBehindAsync(options, cancellationToken);
        return await ProgressDisplay.RunAsync(invocation, "Migrating tenants", behind.Count, progress =>
            fleet.MigrateAsync(options, new FleetProgress(progress, behind.Count, TimeProvider.System), cancellationToken));
    }
}
