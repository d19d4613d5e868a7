using System.Runtime.InteropServices;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Embedded;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Service.Hosting;

/// <summary>Opens the database before the service is built: there is nothing to serve without it.</summary>
internal static class DatabaseStartup
{
    private const int Interrupted = 130;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The database, or the exit code of a process that cannot have it; why stands on standard error.</summary>
    public static async Task<(TenantryDatabase? Database, int ExitCode)> OpenAsync(IConfiguration configuration)
    {
        using var interrupted = new CancellationTokenSource();
        using var onInterrupt = Cancel(PosixSignal.SIGINT, interrupted);
        using var onTerminate = Cancel(PosixSignal.SIGTERM, interrupted);
        try
        {
            var opening = OpenProvenAsync(configuration, interrupted.Token);
            await Task.WhenAny(opening, PatienceAsync(interrupted.Token));
            return (opening.IsCompleted ? await opening : throw new OperationCanceledException(), 0);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted while starting.");
            return (null, Interrupted);
        }
        catch (Exception error) when (error is DatabaseConfigurationException or EmbeddedPostgresException or MigrationFailedException or Npgsql.NpgsqlException)
        {
            return (null, Misconfiguration.Tell([error.Message]));
        }
    }

    private static async Task<TenantryDatabase> OpenProvenAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var progress = new ConsoleProgress();
        var options = DatabaseConfiguration.Read(configuration);
        var served = ServedVersions.Read(configuration, options.TenantScripts.Newest);
        var database = await TenantryDatabase.OpenAsync(options, progress, cancellationToken);
        try
        {
            await database.RequireIsolationAsync(served.Oldest, served.Newest, progress, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    // What is interrupted cleans up after itself, if it can: a login to a server that is silent may not notice.
    private static async Task PatienceAsync(CancellationToken interrupted)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, interrupted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(Patience, CancellationToken.None);
    }

    private static PosixSignalRegistration Cancel(PosixSignal signal, CancellationTokenSource source) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            source.Cancel();
        });

    // Not Progress<T>, which reports from the thread pool and out of order.
    private sealed class ConsoleProgress : IProgress<string>
    {
        public void Report(string value) => Console.WriteLine(value);
    }
}
