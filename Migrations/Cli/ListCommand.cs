using System.CommandLine;
using System.Globalization;
using Tenantry.Migrations.Fleet;

namespace Tenantry.Migrations.Cli;

internal static class ListCommand
{
    private static readonly Option<string?> State = StateOption();

    public static Command Create(Terminal terminal) =>
        new Command("list", "List the tenants: schema, state, version, tables, size, last migration") { State }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var details = await new TenantRegistry(database.Owner).ListDetailsAsync(invocation.Get(State), cancellationToken);
        invocation.Output.Write(details.Select(TenantView.Of).ToList(), output =>
        {
            if (details.Count == 0) output.Line("No tenants. `tenantry create` makes one, `tenantry seed` two with demo data.");
            else output.Table(["Slug", "Schema", "State", "Version", "Tables", "Size", "Last migration"], details.Select(TenantView.Of).Select(Row));
        });
        return ExitCode.Done;
    }

    private static string?[] Row(TenantView tenant) =>
    [
        tenant.Slug, tenant.Schema, tenant.State, tenant.Version.ToString(CultureInfo.InvariantCulture),
        tenant.Tables.ToString(CultureInfo.InvariantCulture), TenantView.Size(tenant.SizeBytes),
        TenantView.Time(tenant.LastMigrationAt ?? tenant.CreatedAt),
    ];

    private static Option<string?> StateOption()
    {
        var option = new Option<string?>("--state") { Description = "Only tenants in this state" };
        option.AcceptOnlyFromAmong("provisioning", "active", "suspended", "deleting", "failed");
        return option;
    }
}
