using System.Diagnostics;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Embedded;
using Tenantry.Tests.Embedded;

namespace Tenantry.Tests.Reliability;

/// <summary>
/// A primary, a standby that has whatever the primary has acknowledged, and a service that is told of both and takes the one that
/// can be written to.
/// </summary>
internal sealed class Pair : IAsyncDisposable
{
    private readonly ClusterOnDisk disk = new();
    private string admin = "";
    private ServerNode primary = null!, standby = null!;

    public LoadedService Service { get; private set; } = null!;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var (programs, user) = ("", (await ServerAccount.FindAsync(cancellationToken)).User);
        await using (var made = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = disk.Folder, ServerSettings = new Dictionary<string, string> { ["max_connections"] = "40", ["shared_buffers"] = "32MB", ["wal_keep_size"] = "256MB" } },
            new ClusterOnDisk.Lines(_ => { }), cancellationToken))
        {
            admin = made.ConnectionString;
            using var server = Process.GetProcessById(disk.ServerProcess!.Value);
            programs = Path.GetDirectoryName(server.MainModule!.FileName)!;
        }

        primary = new ServerNode(programs, Path.Combine(disk.Cluster, "data"), LoopbackPort.Choose(null), user);
        await primary.StartAsync();
        standby = new ServerNode(programs, Path.Combine(disk.Cluster, "data2"), LoopbackPort.Choose(null), user);
        var both = new NpgsqlConnectionStringBuilder(admin) { Host = $"127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}", TargetSessionAttributes = "read-write" };
        Service = new LoadedService(new NpgsqlConnectionStringBuilder(both.ConnectionString) { Timeout = 2, HostRecheckSeconds = 1 }.ConnectionString, both.ConnectionString);
        await Service.StartAsync(cancellationToken);
    }

    /// <summary>Copies the primary as it runs, and lets it acknowledge nothing from now on that the copy has not.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var there = new NpgsqlConnectionStringBuilder(admin) { Host = "127.0.0.1", Port = primary.Port, Pooling = false };
        await using var connection = new NpgsqlConnection(there.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync("select pg_backup_start('copy', true)");
        if (Directory.Exists(standby.Data)) Directory.Delete(standby.Data, recursive: true);
        // What is taken away meanwhile is in the log.
        await SmallDisk.RunAsync("cp", "-a", primary.Data, standby.Data);
        File.Delete(Postmaster.FileIn(standby.Data));
        await File.WriteAllTextAsync(Path.Combine(standby.Data, "backup_label"), await connection.ExecuteScalarAsync<string>("select labelfile from pg_backup_stop()"), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(standby.Data, "standby.signal"), "", cancellationToken);
        await File.AppendAllTextAsync(
            Path.Combine(standby.Data, "postgresql.auto.conf"), $"primary_conninfo = 'host=127.0.0.1 port={there.Port} user={there.Username} password={there.Password}'\n", cancellationToken);
        foreach (var file in (string[])["backup_label", "standby.signal"]) await SmallDisk.RunAsync("chown", "--reference", primary.Data, Path.Combine(standby.Data, file));
        await standby.StartAsync();
        await connection.ExecuteAsync("alter system set synchronous_standby_names = '*'");
        await connection.ExecuteAsync("select pg_reload_conf()");
        await Eventually.HoldsUntilCancelledAsync(async () => await connection.ExecuteScalarAsync<bool>("select exists (select from pg_stat_replication where sync_state = 'sync')"), cancellationToken);
    }

    public Task KillPrimaryAsync(CancellationToken cancellationToken) => primary.KillAsync(cancellationToken);

    public async Task PromoteStandbyAsync()
    {
        await standby.PromoteAsync();
        (primary, standby) = (standby, primary);
    }

    public async ValueTask DisposeAsync()
    {
        Service?.Dispose();
        if (primary is not null) await primary.StopAsync();
        if (standby is not null && Directory.Exists(standby.Data)) await standby.StopAsync();
        await disk.DisposeAsync();
    }
}
