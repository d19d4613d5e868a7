using System.CommandLine;
using System.CommandLine.Parsing;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class CreateCommand
{
    private static readonly Argument<Slug> New = SlugArgument.New("slug");
    private static readonly Option<string> Name = new("--name") { Description = "Its name as people write it", Required = true };
    private static readonly Option<string> Admin = new("--admin") { Description = "E-mail address of its first admin", Required = true };

    static CreateCommand()
    {
        Name.Validators.Add(result => Refuse(result, name => name.Trim().Length is < 1 or > 100 || name.Any(char.IsControl)
            ? "--name has 1 to 100 characters on one line." : null));
        Admin.Validators.Add(result => Refuse(result, Accounts.FindFault));
    }

    public static Command Create(Terminal terminal) =>
        new Command("create", "Make an org with its schema") { New, Name, Admin }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var slug = invocation.Get(New);
        var email = invocation.Get(Admin)!;
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var (org, accountMade) = await CreateAsync(database, slug, invocation.Get(Name)!.Trim(), email, cancellationToken);
        var schema = SchemaName.For(org).Value;
        invocation.Output.Write(
            new { id = org, slug = slug.Value, schema, state = "active", version = database.TenantScripts.Newest, admin = email, accountMade },
            output =>
            {
                output.Line($"Made {slug} (schema {schema}, version {database.TenantScripts.Newest}); its admin is {email}.");
                if (accountMade) output.Line($"There was no account {email}: one was made without a password. They set it through \"forgot password\".");
            });
        return ExitCode.Done;
    }

    private static async Task<(Guid Org, bool AccountMade)> CreateAsync(
        TenantryDatabase database, Slug slug, string name, string email, CancellationToken cancellationToken)
    {
        var accounts = new Accounts(database.Owner);
        var (admin, accountMade) = await accounts.GetOrAddAsync(email, "", null, cancellationToken);
        ProvisioningResult made = new(ProvisioningOutcome.AdminUnknown, default);
        try
        {
            made = await database.Provisioner.CreateAsync(new NewOrg(slug, name, admin, null), cancellationToken);
        }
        finally
        {
            if (accountMade && made.Outcome is not ProvisioningOutcome.Created) await accounts.WithdrawAsync(admin);
        }

        return made.Outcome switch
        {
            ProvisioningOutcome.Created => (made.OrgId, accountMade),
            ProvisioningOutcome.SlugTaken => throw CommandException.Failed($"The slug {slug} is taken, or was until lately: choose another."),
            _ => throw CommandException.Failed($"The account {email} went away meanwhile: run the command again."),
        };
    }

    private static void Refuse(OptionResult result, Func<string, string?> findFault)
    {
        if (result.Tokens is [var token] && findFault(token.Value) is { } fault) result.AddError(fault);
    }
}
