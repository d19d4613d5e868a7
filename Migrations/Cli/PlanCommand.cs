using System.CommandLine;
using System.Globalization;
using Tenantry.Migrations.Fleet;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class PlanCommand
{
    private static readonly Argument<Slug> Org = SlugArgument.Existing();
    private static readonly Argument<string?> Plan = new("plan") { Description = "The plan it is to have; none shows the one it has", Arity = ArgumentArity.ZeroOrOne };

    public static Command Create(Terminal terminal) =>
        new Command("plan", "Show or set what an org may take of what all share") { Org, Plan }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var (slug, wanted, plans) = (invocation.Get(Org), invocation.Get(Plan), new OrgPlans(database.Owner));
        var tenant = await Invocation.GetTenantAsync(database, slug, cancellationToken);
        var changed = wanted is not null && await SetAsync(plans, tenant, wanted, cancellationToken);
        var plan = await plans.GetAsync(tenant, cancellationToken);
        invocation.Output.Write(
            new { slug = slug.Value, schema = tenant.SchemaName, plan, changed },
            output =>
            {
                if (wanted is not null) output.Line(changed ? $"{slug} has the plan {wanted}, from the next request on." : $"{slug} has the plan {wanted} already.");
                output.Table(["Plan", plan.Name],
                [
                    ["Statement timeout", plan.StatementTimeout ?? "the login's"],
                    ["Lock timeout", plan.LockTimeout ?? "the login's"],
                    ["Requests a second", plan.RequestsPerSecond?.ToString(CultureInfo.InvariantCulture) ?? "the service's"],
                    ["Share of the pool", plan.PoolShare is { } share ? $"{share} %" : "the service's"],
                ]);
            });
        return ExitCode.Done;
    }

    private static async Task<bool> SetAsync(OrgPlans plans, TenantRecord tenant, string wanted, CancellationToken cancellationToken)
    {
        var names = (await plans.ListAsync(cancellationToken)).Select(plan => plan.Name).ToList();
        if (!names.Contains(wanted)) throw CommandException.Usage($"There is no plan {wanted}: give one of {string.Join(", ", names)}.");
        return await plans.SetAsync(tenant, wanted, cancellationToken);
    }
}
