using System.CommandLine;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class RollbackCommand
{
    private static readonly Argument<Slug[]> Orgs = SlugArgument.Several();
    private static readonly Option<bool> All = new("--all") { Description = "All tenants" };
    private static readonly Option<int?> Steps = new("--steps") { Description = "How many versions back from the highest that any of these tenants is at; those lower than that stay" };
    private static readonly Option<int?> To = new("--to") { Description = "The version to go back to" };
    private static readonly FleetArguments Fleet = new();

    public static Command Create(Terminal terminal)
    {
        var command = new Command("rollback", "Take tenants back to an earlier version by the down scripts; what was added is lost with its data") { Orgs, All, Steps, To };
        foreach (var option in Fleet.All) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(All) == result.GetResult(Orgs) is { Tokens.Count: > 0 }) result.AddError("Give slugs, or --all for all tenants.");
            if (result.GetResult(Steps) is null == result.GetResult(To) is null) result.AddError("Give --steps or --to.");
            if (result.GetResult(Steps) is { } steps && !steps.Errors.Any() && result.GetValue(Steps) < 1) result.AddError("--steps takes a number from 1.");
            if (result.GetResult(To) is { } to && !to.Errors.Any() && result.GetValue(To) < 0) result.AddError("--to takes a version from 0.");
        });
        return command.Doing(terminal, RunAsync);
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (!invocation.Yes && !invocation.Terminal.Interactive) throw CommandException.Usage("There is no terminal to ask on: add -y.");
        var only = Invocation.NullIfNone(invocation.Get(Orgs));
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        await Invocation.RequireTenantsAsync(database, only, cancellationToken);
        var fleet = new FleetMigrator(database.Owner, database.TenantScripts);
        var options = Fleet.Read(invocation) with { Only = only };
        options = options with { Target = invocation.Get(To) ?? await FindTargetAsync(invocation, fleet, options, cancellationToken) };
        if (options.Target > fleet.Newest) throw CommandException.Usage($"--to takes a version from 0 to {fleet.Newest}.");
        var ahead = await fleet.ListAheadAsync(options, cancellationToken);
        if (!invocation.Yes && ahead.Count > 0) Ask(invocation, ahead.Count, options.Target.Value);
        var report = await ProgressDisplay.RunAsync(invocation, "Rolling back", ahead.Count, progress =>
            fleet.RollBackAsync(options, new FleetProgress(progress, ahead.Count, TimeProvider.System), cancellationToken));
        return FleetOutcome.Write(invocation, report, FleetOutcome.Summarize(report, "rolled back"), cancellationToken);
    }

    // From the highest, so that a repetition after a failure or Ctrl-C takes up the rest, and nobody goes back twice.
    private static async Task<int> FindTargetAsync(Invocation invocation, FleetMigrator fleet, FleetOptions options, CancellationToken cancellationToken)
    {
        var tenants = await fleet.ListAheadAsync(options with { Target = 0 }, cancellationToken);
        return Math.Max(0, tenants.Select(tenant => tenant.Version).DefaultIfEmpty(0).Max() - invocation.Get(Steps)!.Value);
    }

    private static void Ask(Invocation invocation, int tenants, int target)
    {
        invocation.Terminal.Err.Write($"This takes {tenants} tenants back to version {target}; what later scripts added is lost with its data. Type yes to go on: ");
        if (invocation.Terminal.In.ReadLine()?.Trim() != "yes") throw CommandException.Failed("That is not yes: nothing was rolled back.");
    }
}
