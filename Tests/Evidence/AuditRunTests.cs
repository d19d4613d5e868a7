using System.Diagnostics;
using System.Globalization;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Cli;
using Tenantry.Migrations.Evidence;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Evidence;

/// <summary>What a run of the checks says of itself.</summary>
internal sealed class AuditRunTests
{
    private TestDatabase database = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        await database.AddTenantAsync("acme", CancellationToken.None);
    }

    [TearDown]
    public async Task CleanAsync() => await database.DisposeAsync();

    /// <summary>Of the server the tests have no say in everything, and other tests have roles on it.</summary>
    public static async Task RequireSoundAsync(TestDatabase database)
    {
        var own = new NpgsqlConnectionStringBuilder(database.AdminConnection).Database!;
        var report = await AuditRun.RunAsync(database.Logins.Auditor, CheckFile.All, [], null, CancellationToken.None);
        Assert.That(report.Checks.Where(check => check.Status == CheckResult.NotRun).Select(check => $"{check.Id}: {check.Reason}"), Is.Empty);
        Assert.That(
            report.Checks.Where(check => check.Family != "server").SelectMany(check => check.Findings.Select(finding => $"{check.Id}: {finding.Subject} {finding.Detail}"))
                .Where(line => !line.Contains(": test_", StringComparison.Ordinal) || line.Contains(own + "_", StringComparison.Ordinal)),
            Is.Empty);
        if (TestRun.Postgres.Why.StartsWith("embedded", StringComparison.Ordinal))
            Assert.That(report.Checks.Where(check => check.Family == "server").SelectMany(check => check.Findings), Is.EqualTo([new AuditFinding("fsync", "is off"), new AuditFinding("full_page_writes", "is off")]));
    }

    [Test]
    public async Task A_sound_database_with_a_shared_login_has_no_findings() => await RequireSoundAsync(database);

    [Test]
    public async Task On_a_managed_server_what_cannot_be_closed_is_found_and_what_cannot_be_seen_is_not_run()
    {
        await using var managed = await TestDatabase.CreateManagedAsync(DataLogins.PerTenant, CancellationToken.None);
        await managed.AddTenantAsync("acme", CancellationToken.None);
        var report = await AuditRun.RunAsync(managed.Logins.Auditor, [.. CheckFile.All.Where(check => check.Id != "server.durability")], [], null, CancellationToken.None);
        var own = new NpgsqlConnectionStringBuilder(managed.AdminConnection).Database!;
        Assert.That(report.Checks.Where(check => check.Findings.Any(finding => !finding.Subject.StartsWith("test_", StringComparison.Ordinal) || finding.Subject.StartsWith(own, StringComparison.Ordinal))).Select(check => check.Id),
            Is.EqualTo(["privileges.guarded_functions", "privileges.guarded_languages"]));
        Assert.That(report.Checks.Where(check => check.Status == CheckResult.NotRun).Select(check => check.Id), Is.EqualTo(["server.encryption", "server.host_rules", "server.passwords"]));
    }

    [Test]
    public async Task A_check_that_could_not_be_run_is_not_run_and_does_not_pass()
    {
        await AdminAsync($"revoke all on tenancy.guarded_functions from {Name}_auditor; revoke execute on function tenancy.host_rules from {Name}_auditor");
        var report = await RunAsync("privileges.guarded_functions", "roles.logins", "server.host_rules");
        Assert.That(report.Checks.Select(check => (check.Id, check.Status)), Is.EqualTo(
            [("privileges.guarded_functions", CheckResult.NotRun), ("roles.logins", CheckResult.Passed), ("server.host_rules", CheckResult.NotRun)]));
        Assert.That(report.Checks[0].Reason, Does.Contain("permission denied").And.Contain("42501"));
        Assert.That(report.Checks[0].ResultSha256, Is.Null);
        Assert.That(report.Verdict, Is.EqualTo(AuditReport.Fail), "their severity is high");
    }

    [Test]
    public async Task A_check_of_less_weight_that_was_not_run_limits_the_verdict()
    {
        await AdminAsync($"revoke select (schema_name) on public.canaries from {Name}_auditor; grant select (schema_name, state, id) on public.tenants to {Name}_auditor");
        var run = await AuditRun.RunAsync(database.Logins.Auditor, [CheckFile.All.Single(check => check.Id == "roles.logins")], [], null, CancellationToken.None);
        Assert.That((run with { Probes = new ProbeReport(1, false, 3, 40, 40, 0, []) }).Verdict, Is.EqualTo(AuditReport.Pass));
        Assert.That(run.Limitations, Is.EqualTo(["The live probes were not run."]));
        Assert.That((run with { Probes = new ProbeReport(1, false, 3, 40, 39, 0, [new("login", "x", "read", "succeeded")]) }).Verdict, Is.EqualTo(AuditReport.Fail));
        Assert.That((await RunAsync("registry.canaries", "roles.logins")).Verdict, Is.EqualTo(AuditReport.PassWithLimitations));
    }

    [Test]
    public async Task A_query_that_takes_too_long_is_not_run()
    {
        var slow = CheckFile.All[0] with { Sql = "select 'a' as subject, 'b' as detail from pg_catalog.generate_series(1, 1000000000) order by pg_catalog.random()" };
        await using var auditor = await TestDatabase.OpenAsync(database.Logins.Auditor, CancellationToken.None);
        await using var transaction = await auditor.BeginTransactionAsync();
        await auditor.ExecuteAsync("set local statement_timeout = '50ms'");
        var result = await AuditRun.RunAsync(auditor, slow, CancellationToken.None);
        Assert.That((result.Status, result.Reason), Is.EqualTo((CheckResult.NotRun, "canceling statement due to statement timeout (57014)")));
    }

    [Test]
    public async Task All_checks_read_one_snapshot_and_write_nothing()
    {
        var writing = CheckFile.All[0] with { Sql = "with w as (delete from public.tenants returning 1) select 'a' as subject, 'b' as detail from w" };
        var path = CheckFile.All[0] with { Sql = "select pg_catalog.current_setting('search_path') as subject, pg_catalog.current_setting('transaction_isolation') || pg_catalog.current_setting('transaction_read_only') as detail" };
        var report = await AuditRun.RunAsync(database.Logins.Auditor, [writing, path], [], null, CancellationToken.None);
        Assert.That(report.Checks[0].Status, Is.EqualTo(CheckResult.NotRun));
        Assert.That(report.Checks[1].Findings.Single(), Is.EqualTo(new AuditFinding("\"\"", "repeatable readon")));
        Assert.That(report.Snapshot, Does.Match(@"\A\d+:\d+:"));
        Assert.That(report.Server, Is.EqualTo(report.Server with { Database = Name, Login = Name + "_auditor", IsReplica = false }));
        Assert.That(report.Population, Is.EqualTo(report.Population with { Orgs = 1, Tenants = 1, Canaries = 2, Schemas = 3, Roles = 3 }));
    }

    [Test]
    public async Task A_stranger_with_psql_gets_the_same_rows_and_the_same_hash()
    {
        if (PsqlSession.FindProgram() is not { } psql) { Assert.Ignore("This needs psql."); return; }
        await AdminAsync($"comment on schema {await SchemaAsync()} is 'Acme'; grant usage on schema public to public; alter role {Name}_data createdb");
        foreach (var id in new[] { "data.comments", "privileges.public", "roles.logins", "registry.ids", "drift.columns" })
        {
            var result = (await RunAsync(id)).Checks.Single();
            var rows = await PsqlAsync(psql, id);
            Assert.That(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(rows)), Is.EqualTo(result.ResultSha256), id);
            Assert.That(rows.Length > 0, Is.EqualTo(result.Count > 0), id);
        }
    }

    // As the documentation says, and with the file as it lies in the repository.
    private async Task<byte[]> PsqlAsync(string psql, string id)
    {
        var login = new NpgsqlConnectionStringBuilder(database.Logins.Auditor);
        var start = new ProcessStartInfo(psql, ["-XqAt", "-F", "\t", "-f", Path.Combine(Repository.Root, $"Migrations/Evidence/Checks/{id.Replace('.', '_')}.sql")]) { RedirectStandardOutput = true };
        foreach (var (name, value) in new[] { ("PGHOST", login.Host), ("PGPORT", login.Port.ToString(CultureInfo.InvariantCulture)), ("PGDATABASE", login.Database), ("PGUSER", login.Username), ("PGPASSWORD", login.Password) })
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero);
        return output.ToArray();
    }

    private string Name => new NpgsqlConnectionStringBuilder(database.AdminConnection).Database!;

    private Task<AuditReport> RunAsync(params string[] ids) =>
        AuditRun.RunAsync(database.Logins.Auditor, [.. CheckFile.All.Where(check => ids.Contains(check.Id))], [], null, CancellationToken.None);

    private async Task<string?> SchemaAsync()
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        return await admin.ExecuteScalarAsync<string>("select schema_name from public.tenants");
    }

    private async Task AdminAsync(string sql)
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        await admin.ExecuteAsync(sql);
    }
}
