namespace Tenantry.Tests.Reliability;

/// <summary>A disk of its own for the server's log (<c>pg_wal</c>), to be filled to the last byte.</summary>
internal sealed class LogDisk : IAsyncDisposable
{
    private readonly Cluster cluster;
    private readonly string log, disk;

    private LogDisk(Cluster cluster) => (this.cluster, log, disk) = (cluster, Path.Combine(cluster.Folder, "data", "pg_wal"), Path.Combine(cluster.Folder, "wal"));

    private string Filler => Path.Combine(disk, "filler");

    /// <summary>Null when we may not mount one. The server is stopped and started.</summary>
    public static async Task<LogDisk?> MountAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var made = new LogDisk(cluster);
        Directory.CreateDirectory(made.disk);
        // Room for five segments of 16 MB.
        if (await SmallDisk.RunAsync("mount", "-t", "tmpfs", "-o", "size=84m,mode=700", "tmpfs", made.disk) != 0) return null;
        await SmallDisk.RunAsync("chown", "--reference", made.log, made.disk);
        await cluster.Service.ExecuteAsync("alter system set max_wal_size = '64MB'");
        await cluster.Service.ExecuteAsync("alter system set min_wal_size = '32MB'");
        await cluster.StopServerAsync(cancellationToken);
        await MoveAsync(made.log, made.disk);
        Directory.Delete(made.log);
        File.CreateSymbolicLink(made.log, made.disk);
        await cluster.StartServerAsync(cancellationToken);
        return made;
    }

    /// <summary>Leaves the server no room for the next segment, and lets it want one: it stops by itself.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        await Task.Run(Fill, cancellationToken);
        while (cluster.IsServerUp)
        {
            try
            {
                await cluster.Service.ExecuteAsync("select pg_switch_wal()");
            }
            catch (Npgsql.NpgsqlException)
            {
                // It stops, or has.
            }
        }
    }

    public void Empty() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        Empty();
        if (!cluster.IsServerUp) await cluster.StartServerAsync(CancellationToken.None);
        await cluster.StopServerAsync(CancellationToken.None);
        File.Delete(log);
        Directory.CreateDirectory(log);
        await SmallDisk.RunAsync("chown", "--reference", disk, log);
        await SmallDisk.RunAsync("chmod", "700", log);
        await MoveAsync(disk, log);
        await SmallDisk.RunAsync("umount", disk);
        await cluster.StartServerAsync(CancellationToken.None);
        await cluster.Service.ExecuteAsync("alter system reset all");
        await cluster.Service.ExecuteAsync("select pg_reload_conf()");
    }

    // By a copy, which keeps whose they are.
    private static async Task MoveAsync(string from, string to)
    {
        Assert.That(await SmallDisk.RunAsync("cp", "-a", from + "/.", to), Is.Zero);
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
            if (entry is DirectoryInfo folder) folder.Delete(recursive: true);
            else entry.Delete();
    }

    private void Fill()
    {
        using var file = File.Create(Filler, 1);
        var block = new byte[4096];
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
