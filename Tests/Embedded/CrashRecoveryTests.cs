using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using Tenantry.Migrations.Embedded;

namespace Tenantry.Tests.Embedded;

[Parallelizable(ParallelScope.All)]
[Platform(Exclude = "Win", Reason = "The processes to kill are started with Unix tools.")]
internal sealed class CrashRecoveryTests
{
    [Test]
    public async Task A_killed_server_starts_again_where_its_users_look_for_it()
    {
        await using var disk = new ClusterOnDisk();
        var first = await disk.StartAsync();
        await ClusterOnDisk.AskAsync(first, "create table kept as select 42 as answer");
        using (var server = Process.GetProcessById(disk.ServerProcess!.Value))
            server.Kill();
        var second = await disk.StartAsync();
        Assert.That(second.ConnectionString, Is.EqualTo(first.ConnectionString));
        Assert.That(await ClusterOnDisk.AskAsync(first, "select answer from kept"), Is.EqualTo(42));
    }

    [Test]
    public async Task A_server_without_users_is_adopted()
    {
        await using var disk = new ClusterOnDisk();
        await using (await disk.StartAsync())
        {
            // What a kill -9 of the only user leaves: the server, and a registration that nobody holds.
            await File.WriteAllTextAsync(Path.Combine(disk.Cluster, "users", "1-dead"), "", TestContext.CurrentContext.CancellationToken);
            var process = disk.ServerProcess;
            var next = await disk.StartAsync();
            Assert.That(disk.ServerProcess, Is.EqualTo(process));
            Assert.That(await ClusterOnDisk.AskAsync(next, "select 1"), Is.EqualTo(1));
            await next.DisposeAsync();
        }
        Assert.That(disk.ServerProcess, Is.Null, "a dead user does not keep the server running");
        Assert.That(disk.Users, Is.Empty);
    }

    [Test]
    public async Task A_user_in_another_process_counts_until_it_is_killed()
    {
        if (SystemPrograms.FindOnPath("flock") is not { } flock)
        {
            Assert.Ignore("There is no flock program to be the other user.");
            return;
        }
        await using var disk = new ClusterOnDisk();
        var postgres = await disk.StartAsync();
        var registration = Path.Combine(disk.Cluster, "users", "other");
        using var other = Process.Start(new ProcessStartInfo(flock, ["--no-fork", registration, "sleep", "60"]))!;
        await Eventually.HoldsAsync(() => File.Exists(registration) && IsHeld(registration));

        await postgres.DisposeAsync();
        Assert.That(disk.ServerProcess, Is.Not.Null, "the other process still uses the server");

        var again = await disk.StartAsync();
        other.Kill();
        await other.WaitForExitAsync(TestContext.CurrentContext.CancellationToken);
        await again.DisposeAsync();
        Assert.That(disk.ServerProcess, Is.Null, "the dead process no longer uses it");
    }

    [Test]
    public async Task A_reused_process_id_is_not_taken_for_the_server()
    {
        await using var disk = new ClusterOnDisk();
        var first = await disk.StartAsync();
        var pidFile = Path.Combine(disk.Cluster, "data", "postmaster.pid");
        var lines = await File.ReadAllLinesAsync(pidFile, TestContext.CurrentContext.CancellationToken);
        await first.DisposeAsync();

        using var stranger = Process.Start("sleep", "60");
        lines[0] = stranger.Id.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(pidFile, lines, TestContext.CurrentContext.CancellationToken);
        var second = await disk.StartAsync();
        Assert.That(await ClusterOnDisk.AskAsync(second, "select 1"), Is.EqualTo(1));
        Assert.That(stranger.HasExited, Is.False);
        stranger.Kill();
    }

    [Test]
    public async Task A_half_made_cluster_is_replaced()
    {
        await using var disk = new ClusterOnDisk();
        await (await disk.StartAsync()).DisposeAsync();
        // What a kill -9 during initdb leaves.
        Directory.CreateDirectory(Path.Combine(disk.Cluster, "new"));
        Directory.Move(Path.Combine(disk.Cluster, "data"), Path.Combine(disk.Cluster, "new", "data"));
        var again = await disk.StartAsync();
        Assert.That(await ClusterOnDisk.AskAsync(again, "select 1"), Is.EqualTo(1));
        Assert.That(Path.Combine(disk.Cluster, "new"), Does.Not.Exist);
    }

    [TestCase("Looking")]
    [TestCase("Initialising")]
    [TestCase("Starting")]
    public async Task A_cancelled_start_leaves_no_server_and_does_not_block_the_next(string phase)
    {
        await using var disk = new ClusterOnDisk();
        using var cancellation = new CancellationTokenSource();
        var progress = new ClusterOnDisk.Lines(line =>
        {
            if (line.StartsWith(phase, StringComparison.Ordinal))
                cancellation.CancelAfter(TimeSpan.FromMilliseconds(30));
        });
        Assert.That(
            async () => await EmbeddedPostgres.StartAsync(disk.Options, progress, cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        // A killed initdb may leave the file of its single-user process; what counts is that none runs.
        Assert.That(
            Directory.GetFiles(disk.Folder, "postmaster.pid", SearchOption.AllDirectories).Select(file => Postmaster.Find(Path.GetDirectoryName(file)!)?.State()),
            Has.None.EqualTo(PostmasterState.Running));
        var next = await disk.StartAsync();
        Assert.That(await ClusterOnDisk.AskAsync(next, "select 1"), Is.EqualTo(1));
    }

    private static bool IsHeld(string path)
    {
        using var free = FileLock.Find(path);
        return free is null;
    }
}
