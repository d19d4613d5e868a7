using Npgsql;
using NUnit.Framework;
using Tenantry.Migrations.Embedded;

namespace Tenantry.Tests.Embedded;

[Parallelizable(ParallelScope.All)]
internal sealed class EmbeddedPostgresTests
{
    [Test]
    public async Task A_started_server_answers()
    {
        await using var disk = new ClusterOnDisk();
        var postgres = await disk.StartAsync();
        Assert.That(await ClusterOnDisk.AskAsync(postgres, "select current_user || ' ' || current_database() || ' ' || lower('Ä')"), Is.EqualTo("postgres tenantry ä"));
        Assert.That(await ClusterOnDisk.AskAsync(postgres, "show data_checksums"), Is.EqualTo("on"));
        Assert.That(await ClusterOnDisk.AskAsync(postgres, "show listen_addresses"), Is.EqualTo("127.0.0.1"));
        Assert.That(postgres.Description, Does.Match(@"^PostgreSQL \d+\S* from .+bin, data in .+, port \d+ on 127\.0\.0\.1$"));
        Assert.That(disk.Progress[0], Is.EqualTo("Looking for PostgreSQL…"));
        Assert.That(disk.Progress[^1], Does.Match(@"^Ready in \d+\.\d s$"));
    }

    [Test]
    public async Task A_password_is_needed_on_every_way_in()
    {
        await using var disk = new ClusterOnDisk();
        var postgres = await disk.StartAsync();
        foreach (var host in new[] { new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host, "127.0.0.1" })
        {
            var wrong = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Host = host, Password = "guess", Pooling = false };
            await using var source = NpgsqlDataSource.Create(wrong);
            Assert.That(
                async () => await source.OpenConnectionAsync(TestContext.CurrentContext.CancellationToken),
                Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InvalidPassword));
        }
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(Path.Combine(disk.Cluster, "password")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task Data_survive_a_restart()
    {
        await using var disk = new ClusterOnDisk();
        var first = await disk.StartAsync();
        await ClusterOnDisk.AskAsync(first, "create table kept as select 42 as answer");
        await first.DisposeAsync();
        Assert.That(disk.ServerProcess, Is.Null, "the server stopped");
        var second = await disk.StartAsync();
        Assert.That(await ClusterOnDisk.AskAsync(second, "select answer from kept"), Is.EqualTo(42));
        Assert.That(second.ConnectionString, Is.EqualTo(first.ConnectionString));
    }

    [Test]
    public async Task The_last_of_two_users_stops_the_server()
    {
        await using var disk = new ClusterOnDisk();
        var both = await Task.WhenAll(disk.StartAsync(), disk.StartAsync());
        var process = disk.ServerProcess;
        Assert.That(both[1].ConnectionString, Is.EqualTo(both[0].ConnectionString));
        await both[0].DisposeAsync();
        await both[0].DisposeAsync();
        Assert.That(await ClusterOnDisk.AskAsync(both[1], "select 1"), Is.EqualTo(1));
        Assert.That(disk.ServerProcess, Is.EqualTo(process));
        await both[1].DisposeAsync();
        Assert.That(disk.ServerProcess, Is.Null);
    }

    [Test]
    public async Task A_folder_that_cannot_be_made_gives_one_clear_line()
    {
        await using var disk = new ClusterOnDisk();
        var file = Path.Combine(disk.Folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.CurrentContext.CancellationToken);
        var options = new EmbeddedPostgresOptions { DataDirectory = Path.Combine(file, "data") };
        Assert.That(
            async () => await EmbeddedPostgres.StartAsync(options, new ClusterOnDisk.Lines(_ => { }), TestContext.CurrentContext.CancellationToken),
            Throws.InstanceOf<EmbeddedPostgresException>().With.Message.Contains("TENANTRY_DATA").And.Message.Not.Contains("\n"));
    }

    [Test]
    public async Task A_folder_of_another_user_gives_one_clear_line()
    {
        await using var disk = new ClusterOnDisk();
        await (await disk.StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(disk.Cluster, "owner"), "somebody somebody", TestContext.CurrentContext.CancellationToken);
        Assert.That(() => disk.StartAsync(), Throws.InstanceOf<EmbeddedPostgresException>().With.Message.Contains("was made by the user somebody"));
    }
}
