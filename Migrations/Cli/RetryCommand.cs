using System.CommandLine;
using Npgsql;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Cli;

internal static class RetryCommand
{
    private static readonly FleetArguments Fleet = new();

    public static Command Create(Terminal terminal)
    {
        var command = new Command("retry", "Migrate only the tenants whose last migration failed, make the spare that failed, and remove empty schemas and roles that the registry does not know");
        foreach (var option in Fleet.All) command.Options.Add(option);
        return command.Doing(terminal, RunAsync);
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var report = await MigrateCommand.MigrateTenantsAsync(invocation, database, Fleet.Read(invocation) with { FailedOnly = true }, cancellationToken);
        var mending = cancellationToken.IsCancellationRequested ? new Mending() : await MendAsync(database, cancellationToken);
        if (mending.SpareMade) invocation.Progress.Report("The spare schema that had failed is made.");
        if (mending.Removed.Count > 0) invocation.Progress.Report($"Removed, since no row was in them and the registry knew nothing of them: {string.Join(", ", mending.Removed)}");
        if (mending.Kept.Count > 0) invocation.Progress.Report($"Unknown to the registry, and kept, since they hold rows or have rights elsewhere: {string.Join(", ", mending.Kept)}");
        if (mending.Error is not null) invocation.Progress.Report($"What was left over could not be mended: {mending.Error}");
        var exitCode = FleetOutcome.Write(invocation, report, FleetOutcome.Summarize(report, "mended"), mending, cancellationToken);
        return exitCode == ExitCode.Done && mending.Error is not null ? ExitCode.Failed : exitCode;
    }

    private static async Task<Mending> MendAsync(TenantryDatabase database, CancellationToken cancellationToken)
    {
        var mending = new Mending();
        try
        {
            var (removed, kept) = await new Orphans(database.Owner).RemoveEmptyAsync(cancellationToken);
            mending = mending with { Removed = removed, Kept = kept };
            return mending with { SpareMade = await database.Provisioner.Spares.RetryAsync(cancellationToken) };
        }
        catch (Exception error) when (error is MigrationFailedException or NpgsqlException)
        {
            // Nothing of what the fleet's run has to say is lost.
            return mending with { Error = error.Message };
        }
    }

    private sealed record Mending
    {
        public bool SpareMade { get; init; }

        public IReadOnlyList<string> Removed { get; init; } = [];

        public IReadOnlyList<string> Kept { get; init; } = [];

        public string? Error { get; init; }
    }
}
