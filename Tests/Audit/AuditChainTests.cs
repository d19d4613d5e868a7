using Dapper;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Audit;

/// <summary>The log's rows are chained for each org, and whoever alters or takes away one breaks its chain.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class AuditChainTests
{
    // Positions at which the chain breaks; 0 for a head that is not the last row's.
    private const string Breaks =
        """
        with rows as (
            select l.position, l.hash, l.previous_hash, public.audit_hash(l) as computed, lag(l.hash) over w as hash_before, lag(l.position) over w as position_before
            from public.audit_log l where l.chain = @chain window w as (order by l.position))
        select position from rows
        where hash <> computed or previous_hash <> coalesce(hash_before, '') or position <> coalesce(position_before, 0) + 1
        union all
        select 0 from public.audit_chains c
        where c.id = @chain and not exists (select from rows r where r.position = c.length and r.hash = c.head)
        order by 1
        """;

    private Community community = null!;
    private Person ada = null!;
    private string org = null!;
    private Guid chain;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        community = await Community.StartAsync();
        ada = await community.AddAsync("ada");
        org = await community.MakeOrgAsync(ada, "org");
        chain = await community.ReadAsync<Guid>("select id from public.orgs");
        // At once, so that the chain is made by transactions that wait for each other.
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => ada.PostAsync($"{org}/invitations", new { email = $"{number}@example.com" })));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(201));
    }

    [OneTimeTearDown]
    public async Task CleanAsync() => await community.DisposeAsync();

    [Test]
    public async Task Each_org_has_a_chain_without_a_gap_in_order_of_time()
    {
        await community.MakeOrgAsync(ada, "other");
        Assert.That(await community.ListAsync<long>(Breaks, new { chain }), Is.Empty);
        Assert.That(await community.ListAsync<long>("select position from public.audit_log where chain = @chain order by at", new { chain }), Is.EqualTo(Enumerable.Range(1, 7)));
        Assert.That(await community.ListAsync<long>("select length from public.audit_chains where id in (select id from public.orgs) order by length"), Is.EqualTo([1, 7]));
    }

    [TestCase("details = '{\"role\": \"admin\"}'")]
    [TestCase("at = at - interval '1 day'")]
    [TestCase("actor_id = null")]
    [TestCase("origin = '192.0.2.1'")]
    [TestCase("target = null")]
    [TestCase("action = 'org.updated'")]
    public async Task An_altered_row_is_found(string change)
    {
        var breaks = await TamperAsync($"update public.audit_log set {change} where chain = @chain and position = 3");
        Assert.That(breaks, Is.EqualTo([3]));
    }

    [Test]
    public async Task An_altered_row_with_a_hash_that_fits_is_found_by_the_next()
    {
        var breaks = await TamperAsync(
            """
            update public.audit_log set target = null where chain = @chain and position = 3;
            update public.audit_log l set hash = public.audit_hash(l) where chain = @chain and position = 3;
            """);
        Assert.That(breaks, Is.EqualTo([4]));
    }

    [Test]
    public async Task A_row_taken_from_the_middle_is_found_by_the_next()
    {
        var breaks = await TamperAsync("delete from public.audit_log where chain = @chain and position = 3");
        Assert.That(breaks, Is.EqualTo([4]));
    }

    [Test]
    public async Task Rows_taken_from_the_end_are_found_by_the_head()
    {
        var breaks = await TamperAsync("delete from public.audit_log where chain = @chain and position > 5");
        Assert.That(breaks, Is.EqualTo([0]));
    }

    // As nobody but a superuser, or the owner on purpose, can. Each test's tampering is undone.
    private async Task<IReadOnlyList<long>> TamperAsync(string sql)
    {
        await using var server = await community.App.Database.OpenAdminAsync(CancellationToken.None);
        await using var transaction = await server.BeginTransactionAsync();
        await server.ExecuteAsync($"alter table public.audit_log disable trigger audit_log_append_only; {sql}", new { chain });
        return (await server.QueryAsync<long>(Breaks, new { chain })).AsList();
    }
}
