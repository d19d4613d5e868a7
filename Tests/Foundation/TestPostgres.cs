using Npgsql;
using Tenantry.Migrations.Embedded;
using Testcontainers.PostgreSql;

namespace Tenantry.Tests.Foundation;

/// <summary>The server that this run of the tests uses: a given one, else Docker's, else the embedded one.</summary>
internal sealed class TestPostgres : IAsyncDisposable
{
    private readonly IAsyncDisposable? server;

    private TestPostgres(string connection, string why, IAsyncDisposable? server) =>
        (Connection, Why, this.server) = (new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString, why, server);

    /// <summary>An admin's connection string; each test's database replaces the one it names.</summary>
    public string Connection { get; }

    public string Why { get; }

    public static async Task<TestPostgres> StartAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("TEST_POSTGRES") is { Length: > 0 } given)
            return new TestPostgres(given, "TEST_POSTGRES gives it", null);
        // Whoever names the programs wants those, not an image.
        var (container, reason) = Environment.GetEnvironmentVariable("TENANTRY_POSTGRES") is { Length: > 0 }
            ? (null, "TENANTRY_POSTGRES names the programs")
            : await DockerEngine.TryStartAsync(cancellationToken);
        if (container is not null) return new TestPostgres(container.GetConnectionString(), "a Docker engine answers", container);

        // A folder of this run's own: a second run beside it has another server.
        var folder = Directory.CreateTempSubdirectory("tn").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var embedded = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions
            {
                DataDirectory = folder,
                // Nothing here outlives the run.
                ServerSettings = new Dictionary<string, string> { ["fsync"] = "off", ["full_page_writes"] = "off", ["max_connections"] = "400", ["max_prepared_transactions"] = "4" },
            },
            progress, cancellationToken);
        return new TestPostgres(embedded.ConnectionString, $"embedded, since {reason}: {embedded.Description}", new OwnFolder(embedded, folder));
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }

    private sealed class OwnFolder(EmbeddedPostgres embedded, string folder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await embedded.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
