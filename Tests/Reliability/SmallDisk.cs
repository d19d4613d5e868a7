using System.Diagnostics;
using Npgsql;

namespace Tenantry.Tests.Reliability;

/// <summary>A disk of a few megabytes with a tablespace on it, to be filled to the last page.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    public const string Tablespace = "small";

    private readonly Cluster cluster;
    private readonly string folder;

    private SmallDisk(Cluster cluster, string folder) => (this.cluster, this.folder) = (cluster, folder);

    /// <summary>Null when we may not mount one.</summary>
    public static async Task<SmallDisk?> MountAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(cluster.Folder, "small")).FullName;
        if (await RunAsync("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder) != 0) return null;
        var disk = new SmallDisk(cluster, folder);
        await RunAsync("chown", "--reference", Path.Combine(cluster.Folder, "data"), folder);
        await cluster.Service.ExecuteAsync($"create tablespace {Tablespace} location '{folder}'");
        cancellationToken.ThrowIfCancellationRequested();
        return disk;
    }

    public async Task FillAsync()
    {
        await cluster.Service.ExecuteAsync($"create unlogged table filler (text text) tablespace {Tablespace}; alter table filler alter text set storage plain");
        foreach (var rows in (int[])[50, 1])
            while (await FitsAsync($"insert into filler select repeat('x', 7000) from generate_series(1, {rows})"))
            {
            }
    }

    public Task EmptyAsync() => cluster.Service.ExecuteAsync("drop table filler");

    public async ValueTask DisposeAsync()
    {
        await cluster.Service.ExecuteAsync("drop table if exists filler");
        await cluster.Service.ExecuteAsync($"drop tablespace {Tablespace}");
        await RunAsync("umount", folder);
    }

    private async Task<bool> FitsAsync(string insert)
    {
        try
        {
            await cluster.Service.ExecuteAsync(insert);
            return true;
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.DiskFull)
        {
            return false;
        }
    }

    /// <summary>Runs a program that says by its exit code whether it could.</summary>
    internal static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
