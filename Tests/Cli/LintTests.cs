using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Cli;

/// <summary>lint: needs no database, unless it is asked about what ran there.</summary>
internal sealed class LintTests
{
    private string folder = null!;

    [SetUp]
    public void Prepare() => folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void Clean() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task The_built_in_scripts_pass_without_a_database()
    {
        var run = await RunAsync("lint", "--json");
        Assert.That((run.ExitCode, run.Json.GetProperty("errors").GetInt32()), Is.EqualTo((0, 0)), run.Err);
    }

    [Test]
    public async Task A_file_that_leaves_its_tenant_is_named_with_line_and_rule()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "0001_x.sql"), "create table t (id uuid primary key);\ngrant select on t to public;\n");
        var run = await RunAsync("lint", folder);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Out, Does.Contain("error: ").And.Contain("0001_x.sql:2:1").And.Contain("lint.grant").And.Contain("1 errors, 0 warnings."));
        var json = (await RunAsync("lint", Path.Combine(folder, "0001_x.sql"), "--json")).Json.GetProperty("findings")[0];
        Assert.That((json.GetProperty("line").GetInt32(), json.GetProperty("rule").GetString(), json.GetProperty("severity").GetString()), Is.EqualTo((2, "lint.grant", "error")));
    }

    [Test]
    public async Task A_warning_alone_is_no_failure()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "x.sql"), "alter table t drop column x;");
        var run = await RunAsync("lint", folder);
        Assert.That(run.ExitCode, Is.Zero, run.Out);
        Assert.That(run.Out, Does.Contain("warning: ").And.Contain("lint.contract"));
    }

    [Test]
    public async Task What_is_not_there_is_wrong_usage()
    {
        var run = await RunAsync("lint", Path.Combine(folder, "nowhere"));
        Assert.That((run.ExitCode, run.Err.Trim().Split('\n').Length), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task A_script_that_was_edited_after_it_ran_is_found_in_the_database()
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        Assert.That((await CliRun.RunAsync(database, "lint", "--applied")).ExitCode, Is.Zero);
        await using (var admin = await database.OpenAdminAsync(CancellationToken.None))
            await Dapper.SqlMapper.ExecuteAsync(admin, "update public.migration_journal set checksum = 'x' where name = '0002_create_orgs'");
        var run = await CliRun.RunAsync(database, "lint", "--applied");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Out, Does.Contain("0002_create_orgs.sql").And.Contain("lint.edited"));
    }

    private static Task<CliRun> RunAsync(params string[] args) => CliRun.RunAsync(args, new StringReader(""), false, new StringWriter(), CancellationToken.None);
}
