using System.Diagnostics;
using System.Text.Json;
using Tenantry.Migrations.Evidence;
using Tenantry.Tests.Cli;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Evidence;

/// <summary>audit: the checks at the command line.</summary>
internal sealed class AuditCommandTests : CliFixture
{
    [Test]
    public async Task A_sound_family_ends_with_0_and_a_table()
    {
        await CreateAsync("acme");
        var run = await RunAsync("audit", "registry", "effective.own");
        Assert.That(run.ExitCode, Is.Zero, run.Out + run.Err);
        Assert.That(run.Out, Does.Match(@"registry +13 +13 +0 +0").And.Match(@"effective +1 +1 +0 +0").And.Contain("14 checks of 1 tenants: pass with limitations."));
        Assert.That(run.Err, Does.Contain("registry: 13 checks"));
    }

    [Test]
    public async Task What_is_found_is_named_and_ends_with_1()
    {
        var schema = await CreateSchemaAsync("acme");
        await AdminAsync($"grant usage on schema {schema} to public");
        var run = await RunAsync("audit");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Out, Does.Contain("privileges.schemas (high)").And.Contain($"    {schema}: PUBLIC has USAGE").And.Contain(": fail."));
        Assert.That(run.Out, Does.Not.Contain("acme"), "no tenant's name is told");
    }

    [Test]
    public async Task Json_and_the_file_are_the_same_report()
    {
        await CreateAsync("acme");
        var folder = Directory.CreateTempSubdirectory("tenantry-audit").FullName;
        var file = Path.Combine(folder, "audit.json");
        var run = await RunAsync("audit", "--json", "--out", file);
        Assert.That(Directory.GetFiles(folder), Is.EqualTo([file]), "nothing unfinished is left");
        Assert.That(JsonSerializer.Serialize(JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement), Is.EqualTo(JsonSerializer.Serialize(run.Json)));
        Directory.Delete(folder, recursive: true);

        Assert.That(run.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(["report", "sha256", "signature"]));
        var report = run.Json.GetProperty("report");
        var checks = report.GetProperty("checks").EnumerateArray().ToList();
        Assert.That(checks.Select(check => check.GetProperty("id").GetString()), Is.EqualTo(CheckFile.All.Select(check => check.Id).Append(DriftReference.Id).Order(StringComparer.Ordinal)));
        Assert.That(checks[0].EnumerateObject().Select(member => member.Name),
            Is.EqualTo(["acceptedFindings", "controls", "count", "durationMs", "family", "findings", "id", "reason", "resultSha256", "severity", "sha256", "sql", "status", "title", "why"]), "in canonical order");
    }

    [Test]
    public async Task What_is_interrupted_leaves_no_file()
    {
        var folder = Directory.CreateTempSubdirectory("tenantry-audit").FullName;
        using var interrupted = new CancellationTokenSource();
        // At the first family that is reported.
        using var err = new Interruption(interrupted);
        var run = await CliRun.RunAsync(["audit", "--out", Path.Combine(folder, "audit.json"), "--connection", Database.AdminConnection], new StringReader(""), false, err, interrupted.Token);
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((130, "")), run.Err);
        Assert.That(Directory.GetFiles(folder), Is.Empty);
        Directory.Delete(folder);
    }

    [Test]
    public async Task Tenants_that_all_differ_from_the_scripts_in_the_same_way_are_found_by_the_reference()
    {
        foreach (var slug in new[] { "acme", "globex" })
        {
            var schema = await CreateSchemaAsync(slug);
            await AdminAsync($"alter table {schema}.projects add column color text");
        }

        var found = (await RunAsync("audit", "drift", "--json")).Json.GetProperty("report").GetProperty("checks").EnumerateArray().Where(check => check.GetProperty("status").GetString() == "findings").ToList();
        Assert.That(found.Select(check => check.GetProperty("id").GetString()), Is.EqualTo([DriftReference.Id]));
        Assert.That(found[0].GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("detail").GetString()),
            Is.EqualTo(Enumerable.Repeat("has what the scripts do not make: column projects.color text", 2)));
    }

    [Test]
    public async Task Wrong_usage_ends_with_2_and_one_line()
    {
        await AdminAsync($"alter role {new Npgsql.NpgsqlConnectionStringBuilder(Database.Logins.Auditor).Username} nologin");
        foreach (var (args, says) in new[]
        {
            (new[] { "nonsense" }, "There is no check or family nonsense: the families are code, data,"),
            (["--out", "/nowhere/at/all.json"], "The folder of /nowhere/at/all.json is not there"),
            (["--html", Path.GetTempPath()], "is a folder: name a file"),
            (["--exceptions", "/nowhere/at/all.json"], "cannot be used"),
            (["--previous", Path.Combine(Repository.Root, "global.json")], "no sealed report"),
            (["--key", Path.Combine(Repository.Root, "global.json")], "openssl ecparam"),
            ([], "refused the auditor login"),
        })
        {
            var run = await RunAsync(["audit", .. args]);
            Assert.That((run.ExitCode, run.Out), Is.EqualTo((2, "")));
            Assert.That(run.Err, Does.Contain(says));
            Assert.That(run.Err.Trim(), Does.Not.Contain("\n"));
        }
    }

    [Test, CancelAfter(60_000)]
    public async Task The_auditors_connection_string_is_enough_and_what_takes_the_owner_is_not_run(CancellationToken cancellationToken)
    {
        await CreateAsync("acme");
        var start = new ProcessStartInfo("dotnet", [Repository.BuiltFile("Migrations", "tenantry.dll"), "audit", "drift", "--json"])
        {
            RedirectStandardOutput = true,
            // Where no appsettings.json is.
            WorkingDirectory = AppContext.BaseDirectory,
        };
        start.Environment.Remove("TENANTRY_CONNECTION");
        start.Environment["ConnectionStrings__Auditor"] = Database.Logins.Auditor;
        using var process = Process.Start(start)!;
        var report = JsonDocument.Parse(await process.StandardOutput.ReadToEndAsync(cancellationToken)).RootElement.GetProperty("report");
        await process.WaitForExitAsync(cancellationToken);
        Assert.That(process.ExitCode, Is.Zero);
        Assert.That(report.GetProperty("verdict").GetString(), Is.EqualTo(AuditReport.PassWithLimitations));
        Assert.That(report.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("status").GetString() != "passed").GetProperty("reason").GetString(), Does.Contain("only the owner"));
    }

    private sealed class Interruption(CancellationTokenSource source) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            source.Cancel();
        }
    }
}
