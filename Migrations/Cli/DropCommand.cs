using System.CommandLine;
using System.Globalization;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class DropCommand
{
    private static readonly Argument<Slug?> Org = SlugArgument.Optional();
    private static readonly SlugConfirmation Confirmation = new("drop");
    private static readonly Option<bool> Now = new("--now") { Description = "Erase schema, role and rows at once instead of keeping the data for 30 days" };

    private static readonly Option<bool> Expired = new("--expired") { Description = "Erase the deleted orgs whose 30 days are over" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("drop", "Delete an org: out of reach at once, its data kept for 30 days") { Org, Confirmation.Option, Now, Expired };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Expired) == result.GetResult(Org) is { Tokens.Count: > 0 }) result.AddError("Give a slug, or --expired.");
        });
        return command.Doing(terminal, RunAsync);
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Get(Expired)) return await EraseExpiredAsync(invocation, cancellationToken);
        var slug = invocation.Get(Org)!.Value;
        Confirmation.Require(invocation, slug);
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var tenant = await Invocation.GetTenantAsync(database, slug, cancellationToken);
        SlugConfirmation.Ask(invocation, slug, invocation.Get(Now) ? $"This erases {slug} and all its data for good." : $"This deletes {slug}.");
        return invocation.Get(Now)
            ? await EraseAsync(invocation, database, tenant, cancellationToken)
            : await DeleteAsync(invocation, database, tenant, cancellationToken);
    }

    private static async Task<int> EraseExpiredAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (!invocation.Yes && !invocation.Terminal.Interactive) throw CommandException.Usage("There is no terminal to ask on: add -y.");
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        return await ExpiredOrgs.EraseAsync(invocation, database, cancellationToken);
    }

    private static async Task<int> DeleteAsync(Invocation invocation, TenantryDatabase database, TenantRecord tenant, CancellationToken cancellationToken)
    {
        await new TenantRemover(database.Owner).DeleteAsync(tenant, cancellationToken);
        var now = await new TenantRegistry(database.Owner).ListAsync("deleting", cancellationToken);
        var keptUntil = now.Single(deleted => deleted.Id == tenant.Id).DeletedAt + TenantRemover.Retention;
        invocation.Output.Write(
            new { slug = tenant.Slug, schema = tenant.SchemaName, state = "deleting", keptUntil },
            output => output.Line($"{tenant.Slug} is out of reach; its data are kept until {keptUntil?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}."));
        return ExitCode.Done;
    }

    private static async Task<int> EraseAsync(Invocation invocation, TenantryDatabase database, TenantRecord tenant, CancellationToken cancellationToken)
    {
        var certificate = await ErasureRun.EraseAsync(invocation, database, tenant, cancellationToken);
        invocation.Output.Write(
            new { slug = tenant.Slug, schema = tenant.SchemaName, state = "erased", tables = certificate.Tables.Count, rows = certificate.Rows },
            output => output.Line($"{tenant.Slug} is erased: schema, role and rows are gone. Its slug stays reserved for 30 days."));
        return ExitCode.Done;
    }
}
