using Dapper;
using Tenantry.Migrations.Evidence;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Evidence;

/// <summary>Faults that no transaction can hold: each is made, found, and taken away again.</summary>
internal sealed class CommittedFaultTests
{
    /// <summary>The checks that these tests see find something.</summary>
    public static readonly string[] Checks = ["data.prepared_transactions", "data.replication_slots", "data.elsewhere", "server.version"];

    private TestDatabase database = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        await database.AddTenantAsync("acme", CancellationToken.None);
    }

    [TearDown]
    public async Task CleanAsync() => await database.DisposeAsync();

    [Test]
    public async Task A_transaction_left_prepared_is_found()
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        if (await admin.ExecuteScalarAsync<int>("select current_setting('max_prepared_transactions')::integer") == 0) Assert.Ignore("This server prepares no transactions.");
        await admin.ExecuteAsync("begin; update public.migration_journal set took = took");
        await admin.ExecuteAsync($"prepare transaction '{admin.Database}'");
        try
        {
            Assert.That(await RunAsync("data.prepared_transactions"), Has.Count.EqualTo(1));
        }
        finally
        {
            await admin.ExecuteAsync($"rollback prepared '{admin.Database}'");
        }
    }

    [Test]
    public async Task A_replication_slot_that_nobody_uses_is_found()
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        await admin.ExecuteAsync($"select pg_create_physical_replication_slot('{admin.Database}')");
        try
        {
            Assert.That((await RunAsync("data.replication_slots")).Select(finding => finding.Subject), Does.Contain(admin.Database));
        }
        finally
        {
            await admin.ExecuteAsync($"select pg_drop_replication_slot('{admin.Database}')");
        }
    }

    [Test]
    public async Task What_a_tenants_role_has_in_another_database_is_found()
    {
        await using var other = await TestDatabase.CreateEmptyAsync(CancellationToken.None);
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        var role = await admin.ExecuteScalarAsync<string>("select schema_name from public.tenants");
        await using (var there = await other.OpenAdminAsync(CancellationToken.None)) await there.ExecuteAsync($"create schema kept authorization {role}");
        Assert.That((await RunAsync("data.elsewhere")).Select(finding => finding.Subject), Is.EqualTo([role]));
    }

    [Test]
    public async Task A_server_without_fixes_is_found()
    {
        var check = CheckFile.All.Single(check => check.Id == "server.version");
        var report = await AuditRun.RunAsync(database.Logins.Auditor,
            [check with { Sql = check.Sql.Replace("(15, 18), (16, 14), (17, 10), (18, 4)", "(15, 99), (16, 99), (17, 99), (18, 99)") }], [], null, CancellationToken.None);
        Assert.That(report.Checks.Single().Findings.Single().Detail, Does.Match("lacks fixes that 1[5-8].99 has"));
    }

    private async Task<IReadOnlyList<AuditFinding>> RunAsync(string id) =>
        (await AuditRun.RunAsync(database.Logins.Auditor, [CheckFile.All.Single(check => check.Id == id)], [], null, CancellationToken.None)).Checks.Single().Findings;
}
