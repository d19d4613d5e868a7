using System.CommandLine;
using System.Globalization;
using Tenantry.Migrations.Fleet;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class ShowCommand
{
    private static readonly Argument<Slug> Org = SlugArgument.Existing("org");

    public static Command Create(Terminal terminal) =>
        new Command("show", "Show one tenant") { Org }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var slug = invocation.Get(Org);
        var details = await new TenantRegistry(database.Owner).FindDetailsAsync(slug, cancellationToken)
            ?? throw CommandException.Failed($"There is no org {slug}: `tenantry list` shows those there are.");
        var tenant = TenantView.Of(details);
        invocation.Output.Write(tenant, output => output.Table(["Slug", tenant.Slug], Rows(tenant).Where(row => row[1] is not null)));
        return ExitCode.Done;
    }

    private static IEnumerable<string?[]> Rows(TenantView tenant) =>
    [
        ["Name", tenant.Name],
        ["Schema", tenant.Schema],
        ["State", tenant.State],
        ["Version", tenant.Version.ToString(CultureInfo.InvariantCulture)],
        ["Tables", tenant.Tables.ToString(CultureInfo.InvariantCulture)],
        ["Size", TenantView.Size(tenant.SizeBytes)],
        ["Members", tenant.Members.ToString(CultureInfo.InvariantCulture)],
        ["Created", TenantView.Time(tenant.CreatedAt)],
        ["Last migration", TenantView.Time(tenant.LastMigrationAt)],
        ["Last error", tenant.LastError],
        ["Deleted", TenantView.Time(tenant.DeletedAt)],
    ];
}
