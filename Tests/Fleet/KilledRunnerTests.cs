using System.Diagnostics;
using Tenantry.Migrations.Scripting;
using Tenantry.Tests.Faults;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Fleet;

/// <summary>The command line as a process of its own, ended in the middle of its work.</summary>
internal sealed class KilledRunnerTests : FleetFixture
{
    private string folder = null!;

    [SetUp]
    public async Task WriteScriptsAsync()
    {
        folder = Directory.CreateTempSubdirectory().FullName;
        foreach (var script in ScriptSet.Tenant.Scripts) await File.WriteAllTextAsync(Path.Combine(folder, script.Name + ".sql"), script.Sql);
        // Long enough to be in the middle of it, and nothing of it stays undone by halves.
        await File.WriteAllTextAsync(Path.Combine(folder, "0004_change.sql"),
            "alter table projects add extra text;\ncreate table notes (id uuid primary key);\ninsert into notes select gen_random_uuid() from generate_series(1, 20000);\n");
    }

    [TearDown]
    public void RemoveScripts() => Directory.Delete(folder, recursive: true);

    [Test, CancelAfter(60_000)]
    public async Task Kill_9_leaves_each_tenant_wholly_old_or_new_and_the_next_run_finishes(CancellationToken cancellationToken)
    {
        await AddOrgsAsync(20);
        using (var runner = Start())
        {
            await ReadUntilAsync(runner, "version 3 to 4", 3, cancellationToken);
            runner.Kill();
            await runner.WaitForExitAsync(cancellationToken);
        }

        var report = await MigrateAsync(ScriptSet.FromFolder(folder), cancellationToken: cancellationToken);
        Assert.That(report.Migrated, Has.Count.InRange(1, 17), "it was killed in between");
        Assert.That((report.Failed.Count, report.Left), Is.EqualTo((0, 0)));
        Assert.That(await CountWholeAsync(4, "notes"), Is.EqualTo(20));
        Assert.That(await AdminAsync<long>("select count(*) from information_schema.columns where column_name = 'extra'"), Is.EqualTo(20));
        Assert.That(await AdminAsync<long>("select count(*) from public.audit_log where action = 'tenant.migrated'"), Is.EqualTo(20));
    }

    [TestCase("INT"), TestCase("TERM"), CancelAfter(60_000)]
    public async Task Ctrl_C_finishes_what_is_in_hand_says_what_is_left_and_ends_with_130(string signal, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("Signals are sent with kill.");
        if (signal == "INT" && ServiceProcess.ChildrenIgnoreInterrupts()) Assert.Ignore("These tests run in the background, where a shell has SIGINT ignored.");
        await AddOrgsAsync(20);
        using var runner = Start();
        await ReadUntilAsync(runner, "version 3 to 4", 2, cancellationToken);
        using (var kill = Process.Start("kill", [$"-{signal}", $"{runner.Id}"])) await kill.WaitForExitAsync(cancellationToken);
        var rest = await runner.StandardError.ReadToEndAsync(cancellationToken);
        await runner.WaitForExitAsync(cancellationToken);

        Assert.That(runner.ExitCode, Is.EqualTo(130), rest);
        var left = await AdminAsync<long>("select count(*) from public.tenants where version = 3");
        Assert.That(left, Is.InRange(1, 18));
        Assert.That(rest, Does.Contain($"Interrupted: {left} tenants are left").And.Not.Contain("Failed"));
        Assert.That(await CountWholeAsync(4, "notes"), Is.EqualTo(20 - left));
    }

    private Process Start()
    {
        var start = new ProcessStartInfo("dotnet", [Repository.BuiltFile("Migrations", "tenantry.dll"), "migrate", "--parallel", "2"])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["TENANTRY_CONNECTION"] = Database.AdminConnection;
        start.Environment["Scripts__Tenant"] = folder;
        return Process.Start(start)!;
    }

    private static async Task ReadUntilAsync(Process runner, string words, int times, CancellationToken cancellationToken)
    {
        while (times > 0)
        {
            var line = await runner.StandardError.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("The runner ended before its time.");
            if (line.Contains(words, StringComparison.Ordinal)) times--;
        }
    }
}
