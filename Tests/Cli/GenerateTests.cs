using Tenantry.Migrations.Scripting;

namespace Tenantry.Tests.Cli;

/// <summary>generate: the next number, both ways, and never over a file that is there.</summary>
internal sealed class GenerateTests
{
    private string folder = null!;

    [SetUp]
    public void Prepare() => folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void Clean() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Scripts_are_numbered_on_and_those_that_the_name_tells_pass_lint()
    {
        Assert.That((await RunAsync("create_notes")).Json.GetProperty("version").GetInt32(), Is.EqualTo(1));
        Assert.That((await RunAsync("add_color_to_notes")).Json.GetProperty("version").GetInt32(), Is.EqualTo(2));
        var scripts = ScriptSet.FromFolder(folder);
        Assert.That(scripts.Scripts.Select(script => script.Name), Is.EqualTo(new[] { "0001_create_notes", "0002_add_color_to_notes" }));
        Assert.That(scripts.Scripts[0].Sql, Does.StartWith("create table notes ("));
        Assert.That(scripts.Scripts[1].DownSql, Is.EqualTo("alter table notes drop column color;\n"));
        Assert.That(scripts.Findings, Is.Empty);
    }

    [Test]
    public async Task What_is_still_to_be_written_runs_nowhere()
    {
        await RunAsync("mend_everything");
        Assert.That(ScriptSet.FromFolder(folder).Findings.Select(finding => (finding.File, finding.Rule)), Is.EqualTo(new[]
        {
            ("0001_mend_everything.sql", "lint.empty"), ("0001_mend_everything.down.sql", "lint.empty"),
        }));
    }

    [Test]
    public async Task For_the_shared_schema_names_bear_it()
    {
        await RunAsync("create_plans", "--shared");
        Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, "0001_create_plans.sql")), Does.StartWith("create table public.plans ("));
    }

    private async Task<CliRun> RunAsync(params string[] args)
    {
        var run = await CliRun.RunAsync(["generate", .. args, "--folder", folder, "--json"], new StringReader(""), false, new StringWriter(), CancellationToken.None);
        Assert.That(run.ExitCode, Is.Zero, run.Err);
        return run;
    }
}
