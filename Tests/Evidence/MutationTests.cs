using Dapper;
using Npgsql;
using Tenantry.Migrations.Evidence;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Evidence;

/// <summary>
/// Each fault is made on a sound database, found by its check, and undone: one connection and a transaction for each, in which the
/// check runs as the auditor login. Its cases share the connection, and so run one after the other.
/// </summary>
[FixtureLifeCycle(LifeCycle.SingleInstance), Parallelizable(ParallelScope.Self)]
internal sealed class MutationTests
{
    private TestDatabase database = null!;
    private NpgsqlConnection admin = null!;
    private IReadOnlyList<string> schemas = null!;

    private static IEnumerable<TestCaseData> Faults => Fault.All.Select(fault => new TestCaseData(fault).SetArgDisplayNames(fault.Check, fault.Sql));

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(DataLogins.PerTenant, CancellationToken.None);
        foreach (var slug in new[] { "acme", "globex", "initech", "umbrella" }) await database.AddTenantAsync(slug, CancellationToken.None);
        admin = await database.OpenAdminAsync(CancellationToken.None);
        schemas = (await admin.QueryAsync<string>("select schema_name from public.tenants order by id")).AsList();
    }

    [OneTimeTearDown]
    public async Task CleanAsync()
    {
        await admin.DisposeAsync();
        await database.DisposeAsync();
    }

    [TestCaseSource(nameof(Faults))]
    public async Task A_fault_is_found_by_its_check(Fault fault)
    {
        var check = CheckFile.All.Single(check => check.Id == fault.Check);
        await using var transaction = await admin.BeginTransactionAsync();
        await admin.ExecuteAsync(fault.For(admin.Database, schemas));
        await admin.ExecuteAsync($"set local search_path = ''; set local session authorization {admin.Database}_auditor");
        var result = await AuditRun.RunAsync(admin, check, CancellationToken.None);
        Assert.That(result.Status, Is.EqualTo(CheckResult.Found), result.Reason);
        Assert.That(result.Findings.Select(finding => finding.Subject + finding.Detail), Is.All.Not.Contains("acme"), "no tenant's name is told");
    }

    [Test]
    public async Task Without_a_fault_no_check_finds_anything() => await AuditRunTests.RequireSoundAsync(database);
}
