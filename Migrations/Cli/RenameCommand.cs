using System.CommandLine;
using Tenantry.Migrations.Fleet;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class RenameCommand
{
    private static readonly Argument<Slug> Org = SlugArgument.Existing();
    private static readonly Argument<Slug> New = SlugArgument.New("new");

    public static Command Create(Terminal terminal) =>
        new Command("rename", "Give an org another slug; the former stays reserved for it for 30 days") { Org, New }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (slug, renamed) = (invocation.Get(Org), invocation.Get(New));
        if (slug == renamed) throw CommandException.Usage($"{slug} is its slug already: give another.");
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var tenant = await Invocation.GetTenantAsync(database, slug, cancellationToken);
        switch (await new OrgLifecycle(database.Owner).RenameAsync(tenant, renamed, cancellationToken))
        {
            case RenameOutcome.SlugTaken: throw CommandException.Failed($"The slug {renamed} is taken, or was until lately: choose another.");
            case RenameOutcome.NotOurs: throw CommandException.Failed($"{slug} is in a table of the host's own: rename it there.");
        }

        invocation.Output.Write(
            new { slug = renamed.Value, former = slug.Value, schema = tenant.SchemaName },
            output => output.Line($"{slug} is {renamed} now; its schema {tenant.SchemaName} keeps its name."));
        return ExitCode.Done;
    }
}
