using System.CommandLine;
using Tenantry.Migrations.Fleet;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

/// <summary><c>suspend</c> and <c>resume</c>.</summary>
internal static class StateCommands
{
    private static readonly Argument<Slug> Org = SlugArgument.Existing();

    public static Command CreateSuspend(Terminal terminal) =>
        new Command("suspend", "Refuse an org's members its data from the next request on; nothing is lost") { Org }
            .Doing(terminal, (invocation, cancellationToken) => RunAsync(invocation, "suspended", (orgs, tenant) => orgs.SuspendAsync(tenant, cancellationToken), cancellationToken));

    public static Command CreateResume(Terminal terminal) =>
        new Command("resume", "End a suspension") { Org }
            .Doing(terminal, (invocation, cancellationToken) => RunAsync(invocation, "active", (orgs, tenant) => orgs.ResumeAsync(tenant, cancellationToken), cancellationToken));

    private static async Task<int> RunAsync(Invocation invocation, string state, Func<OrgLifecycle, TenantRecord, Task<bool>> change, CancellationToken cancellationToken)
    {
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var slug = invocation.Get(Org);
        var changed = await change(new OrgLifecycle(database.Owner), await Invocation.GetTenantAsync(database, slug, cancellationToken));
        var tenant = await Invocation.GetTenantAsync(database, slug, cancellationToken);
        if (tenant.State != state)
            throw CommandException.Failed(tenant.State == "deleting" ? $"{slug} is deleted: `tenantry restore {slug}` takes that back." : $"{slug} is {tenant.State}: nothing was changed.");
        invocation.Output.Write(
            new { slug = slug.Value, schema = tenant.SchemaName, state, changed },
            output => output.Line(changed ? $"{slug} is {state}, from the next request on." : $"{slug} is {state} already."));
        return ExitCode.Done;
    }
}
