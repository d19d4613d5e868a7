using System.Globalization;
using System.Runtime.InteropServices;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Embedded;

namespace Tenantry.Bench;

/// <summary>The server that is measured: <c>BENCH_POSTGRES</c>, or an embedded one of this run's own, as safe as a real one (fsync on).</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly EmbeddedPostgres? embedded;
    private readonly string? folder;

    private BenchServer(string connection, EmbeddedPostgres? embedded, string? folder) => (Connection, this.embedded, this.folder) = (connection, embedded, folder);

    /// <summary>A superuser's connection string.</summary>
    public string Connection { get; }

    public static async Task<BenchServer> StartAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("BENCH_POSTGRES") is { Length: > 0 } given) return new BenchServer(given, null, null);
        var folder = Directory.CreateTempSubdirectory("tb").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var embedded = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = folder, ServerSettings = new Dictionary<string, string> { ["max_connections"] = "400", ["max_locks_per_transaction"] = "256" } },
            new Progress<string>(), cancellationToken);
        return new BenchServer(embedded.ConnectionString, embedded, folder);
    }

    /// <summary>A size that the environment may change, for a first look.</summary>
    public static int Size(string variable, int size) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : size;

    /// <summary>Whether a table is to be measured: all, or those whose title has what <c>BENCH_FILTER</c> says.</summary>
    public static bool Wants(string title) => Filter is null || title.Contains(Filter, StringComparison.Ordinal);

    /// <summary>Whether only some of the tables are measured.</summary>
    public static bool IsFiltered => Filter is not null;

    private static string? Filter => Environment.GetEnvironmentVariable("BENCH_FILTER") is { Length: > 0 } filter ? filter : null;

    /// <summary>The machine and the server in one line: figures without them say nothing.</summary>
    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Connection);
        await connection.OpenAsync(cancellationToken);
        var version = await connection.ExecuteScalarAsync<string>(new CommandDefinition("show server_version", cancellationToken: cancellationToken));
        var processor = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        return string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} × {processor ?? RuntimeInformation.ProcessArchitecture.ToString()}, {RuntimeInformation.OSDescription.Trim()}, .NET {Environment.Version}, PostgreSQL {version?.Split(' ')[0]}");
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (embedded is not null) await embedded.DisposeAsync();
        if (folder is not null) Directory.Delete(folder, recursive: true);
    }
}
