using Npgsql;
using NUnit.Framework;
using Tenantry.Migrations.Embedded;

namespace Tenantry.Tests.Embedded;

/// <summary>A data directory of its own for one test, short enough for a socket and open to the server's user; removed at the end.</summary>
internal sealed class ClusterOnDisk : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Fast = new() { ["fsync"] = "off", ["shared_buffers"] = "16MB", ["max_connections"] = "20" };
    private readonly List<EmbeddedPostgres> started = [];

    public ClusterOnDisk()
    {
        Folder = Directory.CreateTempSubdirectory("tn-").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Folder, File.GetUnixFileMode(Folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
    }

    public string Folder { get; }

    public List<string> Progress { get; } = [];

    /// <summary>The folder of the only cluster.</summary>
    public string Cluster => Directory.GetDirectories(Folder, "pg*").Single();

    public string[] Users => Directory.GetFiles(Path.Combine(Cluster, "users"));

    public int? ServerProcess => Postmaster.Find(Path.Combine(Cluster, "data"))?.ProcessId;

    public EmbeddedPostgresOptions Options => new() { DataDirectory = Folder, ServerSettings = Fast };

    public Task<EmbeddedPostgres> StartAsync() => StartAsync(TestContext.CurrentContext.CancellationToken);

    public async Task<EmbeddedPostgres> StartAsync(CancellationToken cancellationToken)
    {
        var postgres = await EmbeddedPostgres.StartAsync(Options, new Lines(Progress.Add), cancellationToken);
        started.Add(postgres);
        return postgres;
    }

    public static async Task<object?> AskAsync(EmbeddedPostgres postgres, string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.CurrentContext.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var postgres in started)
            await postgres.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    internal sealed class Lines(Action<string> add) : IProgress<string>
    {
        public void Report(string value) => add(value);
    }
}
