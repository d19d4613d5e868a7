using System.Diagnostics;
using Npgsql;
using Tenantry.Migrations.Embedded;
using Tenantry.Tests.Embedded;
using Tenantry.Tests.Faults;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Reliability;

/// <summary>A server of these tests' own, to be killed, with a proxy in front of it and one service behind that.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly ClusterOnDisk disk = new();
    private readonly List<EmbeddedPostgres> started = [];

    public CountingProxy Proxy { get; private set; } = null!;

    public LoadedService Service { get; private set; } = null!;

    /// <summary>Where the server keeps its data, and its user may write.</summary>
    public string Folder => disk.Cluster;

    public bool IsServerUp => disk.ServerProcess is not null;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await StartServerAsync(cancellationToken);
        // TCP, since what comes by the socket cannot be cut.
        Proxy = new CountingProxy(started[0].ConnectionString);
        // A small pool, and no long wait for it.
        Service = new LoadedService(new NpgsqlConnectionStringBuilder(Proxy.ConnectionString) { Timeout = 2 }.ConnectionString, started[0].ConnectionString);
        await Service.StartAsync(cancellationToken);
    }

    /// <summary>Starts it, also again after it was killed.</summary>
    public async Task StartServerAsync(CancellationToken cancellationToken) => started.Add(await EmbeddedPostgres.StartAsync(
        new EmbeddedPostgresOptions { DataDirectory = disk.Folder, ServerSettings = new Dictionary<string, string> { ["max_connections"] = "40", ["shared_buffers"] = "32MB" } },
        new ClusterOnDisk.Lines(_ => { }), cancellationToken));

    public async Task KillServerAsync(CancellationToken cancellationToken)
    {
        using var server = Process.GetProcessById(disk.ServerProcess!.Value);
        server.Kill();
        await server.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Breaks off what it does, and waits until all is written.</summary>
    public async Task StopServerAsync(CancellationToken cancellationToken)
    {
        using var server = Process.GetProcessById(disk.ServerProcess!.Value);
        await ServiceProcess.SignalAsync(server, "INT", cancellationToken);
        await server.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Service?.Dispose();
        if (Proxy is not null) await Proxy.DisposeAsync();
        foreach (var server in started) await server.DisposeAsync();
        await disk.DisposeAsync();
    }
}
