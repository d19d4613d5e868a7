using Npgsql;
using Tenantry.Migrations.Scripting;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Cli;

/// <summary>What is refused, with which exit code, and that it is one line.</summary>
internal sealed class UsageTests : CliFixture
{
    // Nothing listens there: whoever opens a connection before refusing the slug answers otherwise.
    private const string Nowhere = "Host=127.0.0.1;Port=1;Username=x;Password=x;Database=x;Timeout=2";

    private static readonly string[] Hostile =
        ["x; drop schema victim cascade; --", "../../etc", "a'b", "ab\"c", "ac\nme", "\u001b[31mred", "pg_catalog", "t_06h0pyhsndt7", "ácme", "-acme", "@/etc/hostname", "", "ab", "a--b"];

    private static IEnumerable<string[]> HostileCommands() =>
        from slug in Hostile
        from command in new string[][] { ["show", slug], ["migrate", slug], ["drop", slug, "-y", "--confirm", slug], ["sql", slug, "-c", "select 1"], ["seed", slug], ["suspend", slug], ["resume", slug], ["restore", slug], ["rename", slug, "other"], ["rename", "other", slug], ["rollback", slug, "--to", "1", "-y"], ["export", slug, "no such file"], ["import", "global.json", slug, "--admin", "a@example.com"], ["clone", slug, "other"], ["clone", "other", slug], ["erase", slug, "--certificate", "no such file", "-y", "--confirm", slug], ["create", slug, "--name", "x", "--admin", "a@example.com"] }
        select command;

    [TestCaseSource(nameof(HostileCommands))]
    public async Task A_hostile_slug_is_refused_before_anything_is_opened(params string[] command)
    {
        var run = await CliRun.RunAsync(Nowhere, command);
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((2, "")), run.Err);
        Assert.That(run.Err, Does.Not.Contain("does not answer").And.Not.Contain("\u001b"));
        Assert.That(run.Err.Trim(), Does.Not.Contain("\n"));
    }

    [TestCase("nonsense")]
    [TestCase("list", "--state", "gone")]
    [TestCase("list", "--nonsense")]
    [TestCase("create", "acme")]
    [TestCase("create", "acme", "--name", "Acme", "--admin", "nobody")]
    [TestCase("create", "www", "--name", "Reserved", "--admin", "a@example.com")]
    [TestCase("migrate", "--to", "99")]
    [TestCase("migrate", "--to", "x")]
    [TestCase("migrate", "acme", "--shared")]
    [TestCase("migrate", "--shared", "--to", "2")]
    [TestCase("migrate", "--parallel", "0")]
    [TestCase("migrate", "--parallel", "33")]
    [TestCase("migrate", "--parallel", "x")]
    [TestCase("migrate", "--canary", "-1")]
    [TestCase("migrate", "--rings", "10%,5%,100%")]
    [TestCase("migrate", "--rings", "10%,50%")]
    [TestCase("migrate", "--rings", "all")]
    [TestCase("migrate", "--max-failures", "0")]
    [TestCase("migrate", "--lock-timeout", "0ms")]
    [TestCase("migrate", "--lock-timeout", "100")]
    [TestCase("retry", "acme")]
    [TestCase("rollback", "-y", "--steps", "1")]
    [TestCase("rollback", "acme", "--all", "-y", "--steps", "1")]
    [TestCase("rollback", "acme", "-y")]
    [TestCase("rollback", "acme", "-y", "--steps", "1", "--to", "1")]
    [TestCase("rollback", "acme", "-y", "--steps", "0")]
    [TestCase("rollback", "acme", "--steps", "1")]
    [TestCase("rename", "acme", "www")]
    [TestCase("rename", "acme", "acme")]
    [TestCase("generate", "Create Notes")]
    [TestCase("generate", "../create_notes")]
    [TestCase("generate", "create_notes", "--folder", "no such folder")]
    [TestCase("drop")]
    [TestCase("export", "acme")]
    [TestCase("import", "no such file", "acme", "--admin", "a@example.com")]
    [TestCase("clone", "acme")]
    [TestCase("clone", "acme", "other", "--admin", "nobody")]
    [TestCase("clone", "acme", "other", "--name", "")]
    [TestCase("erase", "acme", "-y", "--confirm", "acme")]
    [TestCase("drop", "acme", "--expired", "-y")]
    [TestCase("drop", "--expired")]
    [TestCase("sql", "acme", "-c", "select 1", "-f", "file")]
    [TestCase("sql", "acme", "-f", "no such file")]
    public async Task Wrong_usage_exits_with_2_and_one_line(params string[] args)
    {
        var run = await CliRun.RunAsync(Nowhere, args);
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((2, "")));
        Assert.That(run.Err.Trim(), Is.Not.Empty.And.Not.Contain("\n").And.Not.Contain("   at "));
    }

    [TestCase("show", "nobody-here")]
    [TestCase("migrate", "nobody-here")]
    [TestCase("drop", "nobody-here", "-y", "--confirm", "nobody-here")]
    [TestCase("export", "nobody-here", "no such file")]
    [TestCase("clone", "nobody-here", "other")]
    [TestCase("erase", "nobody-here", "-y", "--confirm", "nobody-here", "--certificate", "no such file")]
    [TestCase("rollback", "nobody-here", "--to", "1", "-y")]
    [TestCase("suspend", "nobody-here")]
    [TestCase("restore", "nobody-here")]
    [TestCase("rename", "nobody-here", "somebody")]
    [TestCase("sql", "nobody-here", "-c", "select 1")]
    public async Task An_unknown_org_exits_with_1_and_one_line(params string[] args)
    {
        var run = await RunAsync(args);
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((1, "")));
        Assert.That(run.Err.Trim(), Does.Contain("no org nobody-here").And.Not.Contain("\n"));
    }

    [TestCase("list")]
    [TestCase("status")]
    [TestCase("doctor")]
    [TestCase("migrate")]
    [TestCase("migrate", "--shared")]
    public async Task A_server_that_does_not_answer_exits_with_2(params string[] args)
    {
        var run = await CliRun.RunAsync(Nowhere, args);
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((2, "")));
        Assert.That(run.Err.Trim(), Does.Contain("does not answer").And.Not.Contain("\n"));
    }

    [TestCase("Host=127.0.0.1;nonsense=1")]
    [TestCase("Host=127.0.0.1;Username=x;Password=x")]
    public async Task An_unusable_connection_string_exits_with_2(string connection) =>
        Assert.That((await CliRun.RunAsync(connection, "list")).ExitCode, Is.EqualTo(2));

    [Test]
    public async Task An_unprepared_database_exits_with_2_and_says_what_to_run()
    {
        await using var empty = await TestDatabase.CreateEmptyAsync(CancellationToken.None);
        foreach (var args in new string[][] { ["list"], ["status"], ["seed"], ["create", "acme", "--name", "Acme", "--admin", "a@example.com"] })
        {
            var run = await CliRun.RunAsync(empty, args);
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Err, Does.Contain("tenantry migrate --shared"));
        }
    }

    [Test]
    public async Task Migrate_shared_makes_a_database_that_is_missing()
    {
        await using var placeholder = await TestDatabase.CreateEmptyAsync(CancellationToken.None);
        await using (var server = await TestDatabase.OpenAsync(TestRun.Postgres.Connection, CancellationToken.None))
        await using (var drop = new NpgsqlCommand($"drop database {new NpgsqlConnectionStringBuilder(placeholder.AdminConnection).Database}", server))
            await drop.ExecuteNonQueryAsync();

        var plan = await CliRun.RunAsync(placeholder, "migrate", "--dry-run", "--json");
        Assert.That((plan.ExitCode, plan.Json.GetProperty("shared").GetArrayLength()), Is.EqualTo((0, ScriptSet.Shared.Newest)), plan.Err);
        var migrate = await CliRun.RunAsync(placeholder, "migrate", "--shared", "--json");
        Assert.That((migrate.ExitCode, migrate.Json.GetProperty("sharedVersion").GetInt32()), Is.EqualTo((0, ScriptSet.Shared.Newest)), migrate.Err);
        Assert.That((await CliRun.RunAsync(placeholder, "list", "--json")).Out.Trim(), Is.EqualTo("[]"));
    }
}
