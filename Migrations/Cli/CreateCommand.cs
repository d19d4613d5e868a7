using System.CommandLine;
using Tenantry.Migrations.Provisioning;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class CreateCommand
{
    private static readonly Argument<Slug> New = SlugArgument.New("slug");
    private static readonly Option<string> Name = NewOrgOptions.Name(required: true);
    private static readonly Option<string> Admin = NewOrgOptions.Admin(required: true);

    public static Command Create(Terminal terminal) =>
        new Command("create", "Make an org with its schema") { New, Name, Admin }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var slug = invocation.Get(New);
        var email = invocation.Get(Admin)!;
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var (made, accountMade) = await OrgAdmission.MakeAsync(database, slug, email, admin =>
            database.Provisioner.CreateAsync(new NewOrg(slug, invocation.Get(Name)!.Trim(), admin, null), cancellationToken), result => result.Outcome, cancellationToken);
        var org = made.OrgId;
        var schema = SchemaName.For(org).Value;
        invocation.Output.Write(
            new { id = org, slug = slug.Value, schema, state = "active", version = database.TenantScripts.Newest, admin = email, accountMade },
            output =>
            {
                output.Line($"Made {slug} (schema {schema}, version {database.TenantScripts.Newest}); its admin is {email}.");
                if (accountMade) output.Line(OrgAdmission.Explain(email));
            });
        return ExitCode.Done;
    }
}
