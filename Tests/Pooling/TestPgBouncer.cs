using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;
using Tenantry.Migrations.Embedded;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Pooling;

/// <summary>The machine's PgBouncer in transaction mode, in front of the tests' server, with few server connections.</summary>
internal sealed class TestPgBouncer : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;
    private readonly int port;

    private TestPgBouncer(Process process, string folder, int port) => (this.process, this.folder, this.port) = (process, folder, port);

    private static string? FindProgram() => SystemPrograms.FindOnPath("pgbouncer") ?? (File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : null);

    /// <summary>Starts it for one database and the logins given; the test is skipped where there is no PgBouncer.</summary>
    public static async Task<TestPgBouncer> StartAsync(TestDatabase database, int poolSize, CancellationToken cancellationToken)
    {
        if (FindProgram() is not { } program)
        {
            Assert.Ignore("No pgbouncer on this machine: install it (Debian: pgbouncer) to try transaction pooling.");
            throw new InvalidOperationException("Assert.Ignore does not return.");
        }

        var folder = Directory.CreateTempSubdirectory("tp").FullName;
        var port = LoopbackPort.Choose(null);
        var logins = (string[])[database.Logins.Owner, database.Logins.Control, database.Logins.Data, database.Logins.Auditor, database.AdminConnection];
        var server = new NpgsqlConnectionStringBuilder(database.AdminConnection);
        await File.WriteAllLinesAsync(Path.Combine(folder, "users.txt"), logins.Select(login => new NpgsqlConnectionStringBuilder(login)).Select(login => $"\"{login.Username}\" \"{login.Password}\""), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "pgbouncer.ini"),
            $"""
            [databases]
            {server.Database} = host={server.Host} port={server.Port} dbname={server.Database}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {Path.Combine(folder, "users.txt")}
            pool_mode = transaction
            default_pool_size = {poolSize}
            max_client_conn = 1000
            """, cancellationToken);

        // Like PostgreSQL, it refuses to run as root.
        var account = await ServerAccount.FindAsync(cancellationToken);
        foreach (var path in (string[])[folder, .. Directory.GetFiles(folder)]) await account.GiveAsync(path, cancellationToken);
        var start = new ProcessStartInfo(program, [Path.Combine(folder, "pgbouncer.ini")]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        if (account.User is { } user) start.UserName = user;
        var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var log = process.StandardError.ReadToEndAsync(cancellationToken);
        var bouncer = new TestPgBouncer(process, folder, port);
        while (!await bouncer.AnswersAsync(cancellationToken))
            if (process.HasExited) Assert.Fail("PgBouncer did not start: " + await log);
        return bouncer;
    }

    /// <summary>A login's connection string, by way of the pooler.</summary>
    public string Through(string login) => new NpgsqlConnectionStringBuilder(login) { Host = "127.0.0.1", Port = port }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
