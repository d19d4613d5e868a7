using System.CommandLine;
using Tenantry.Migrations.Fleet;

namespace Tenantry.Migrations.Cli;

internal static class RetryCommand
{
    private static readonly FleetArguments Fleet = new();

    public static Command Create(Terminal terminal)
    {
        var command = new Command("retry", "Migrate only the tenants whose last migration failed");
        foreach (var option in Fleet.All) command.Options.Add(option);
        return command.Doing(terminal, RunAsync);
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var report = await MigrateCommand.MigrateTenantsAsync(invocation, database, Fleet.Read(invocation) with { FailedOnly = true }, cancellationToken);
        return FleetOutcome.Write(invocation, report, FleetOutcome.Summarize(report, "mended"), cancellationToken);
    }
}
