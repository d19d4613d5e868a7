using System.CommandLine;
using System.Globalization;
using Tenantry.Migrations.Fleet;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class RestoreCommand
{
    private static readonly Argument<Slug> Org = SlugArgument.Existing();

    public static Command Create(Terminal terminal) =>
        new Command("restore", "Take back the deletion of an org, while its data are kept") { Org }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var slug = invocation.Get(Org);
        var tenant = await Invocation.GetTenantAsync(database, slug, cancellationToken);
        if (!await new OrgLifecycle(database.Owner).RestoreAsync(tenant, cancellationToken))
            throw CommandException.Failed(tenant.DeletedAt is { } deleted
                ? $"{slug} was deleted on {deleted.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} and its time is over, or its erasure has begun: it is not restored."
                : $"{slug} is {tenant.State}: there is nothing to restore.");
        var state = (await Invocation.GetTenantAsync(database, slug, cancellationToken)).State;
        var behind = tenant.Version < database.TenantScripts.Newest;
        invocation.Output.Write(new { slug = slug.Value, schema = tenant.SchemaName, state, version = tenant.Version, behind }, output =>
        {
            output.Line($"{slug} is {state} again, with its data and members.");
            if (behind) output.Line($"It is at version {tenant.Version}: run `tenantry migrate {slug}`.");
        });
        return ExitCode.Done;
    }
}
