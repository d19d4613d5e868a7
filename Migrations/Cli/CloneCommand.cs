using System.CommandLine;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Transfer;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class CloneCommand
{
    private static readonly Argument<Slug> Org = SlugArgument.Existing();
    private static readonly Argument<Slug> New = SlugArgument.New("newslug");
    private static readonly Option<string> Admin = NewOrgOptions.Admin(required: false);
    private static readonly Option<string> Name = NewOrgOptions.Name(required: false);
    private static readonly Option<bool> NoData = new("--no-data") { Description = "Only the empty tables" };

    public static Command Create(Terminal terminal)
    {
        Admin.Description = "E-mail address of its only admin; without it the source's admins are the clone's";
        return new Command("clone", "Make an org with another's data, as they are at one moment; members and invitations do not come along") { Org, New, Admin, Name, NoData }
            .Doing(terminal, RunAsync);
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (slug, email) = (invocation.Get(New), invocation.Get(Admin));
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var source = await Invocation.GetTenantAsync(database, invocation.Get(Org), cancellationToken);
        var cloner = new TenantCloner(database.Owner, database.TenantScripts, database.TenantLogins);
        var options = new CloneOptions { WithoutData = invocation.Get(NoData), WithAdmins = email is null };
        var total = options.WithoutData ? 0 : (int)(await new TenantRegistry(database.Owner).FindDetailsAsync(invocation.Get(Org), cancellationToken))!.Tables - 1;
        var (result, accountMade) = await ProgressDisplay.RunAsync(invocation, $"Cloning {source.Slug}", total, progress => MakeAsync(
            database, cloner, source, slug, email,
            admin => cloner.CloneAsync(source, new NewOrg(slug, invocation.Get(Name)?.Trim() ?? source.Name, admin, null), options, new TransferProgress(progress, total), cancellationToken),
            cancellationToken));
        TransferOutcome.Write(invocation, slug, email, accountMade, result, $"from {source.Slug}");
        return ExitCode.Done;
    }

    private static async Task<(TransferResult Result, bool AccountMade)> MakeAsync(
        TenantryDatabase database, TenantCloner cloner, TenantRecord source, Slug slug, string? email, Func<Guid, Task<TransferResult>> make, CancellationToken cancellationToken)
    {
        if (email is not null) return await OrgAdmission.MakeAsync(database, slug, email, make, made => made.Outcome, cancellationToken);
        var admins = await cloner.ListAdminsAsync(source, cancellationToken);
        if (admins.Count == 0) throw CommandException.Usage($"{source.Slug} has no admin who could be the clone's: add --admin.");
        var result = await make(admins[0]);
        OrgAdmission.Require(result.Outcome, slug);
        return (result, false);
    }
}
