using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Fleet;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Fleet;

/// <summary>How a run goes through the fleet, and where it stops.</summary>
internal sealed class FleetRunTests : FleetFixture
{
    [Test]
    public async Task Canaries_go_first_and_a_failure_among_them_stops_the_rest()
    {
        var schemas = await AddOrgsAsync(6);
        await AdminAsync($"create table {schemas[1]}.notes (in_the_way integer)");
        var report = await MigrateAsync(WithNotes, new FleetOptions { Canary = 2 });
        Assert.That((report.Migrated.Single().Slug, report.Failed.Single().Slug, report.Left), Is.EqualTo(("org-1", "org-2", 4)));
        Assert.That(report.Stopped, Does.Contain("canaries"));
        Assert.That(await AdminAsync<long>("select count(*) from public.tenants where version = 3"), Is.EqualTo(5));
    }

    [Test]
    public async Task A_ring_with_a_failure_is_the_last()
    {
        var schemas = await AddOrgsAsync(10);
        await AdminAsync($"create table {schemas[2]}.notes (in_the_way integer)");
        var report = await MigrateAsync(WithNotes, new FleetOptions { Rings = [10, 50, 100] });
        Assert.That((report.Migrated.Count, report.Failed.Single().Slug, report.Left), Is.EqualTo((4, "org-3", 5)));
        Assert.That(report.Stopped, Does.Contain("50%"));
    }

    [Test]
    public async Task Rings_without_failures_take_all()
    {
        await AddOrgsAsync(7);
        var order = new List<string>();
        var report = await MigrateAsync(WithNotes, new FleetOptions { Canary = 1, Rings = [1, 50, 100], Parallel = 1 }, done => order.Add(done.Slug));
        Assert.That((report.Migrated.Count, report.Left, report.Stopped), Is.EqualTo((7, 0, (string?)null)));
        Assert.That(order, Is.EqualTo(Enumerable.Range(1, 7).Select(i => $"org-{i}")), "the oldest first");
    }

    [Test]
    public async Task After_so_many_failures_no_further_tenant_is_begun()
    {
        var schemas = await AddOrgsAsync(6);
        foreach (var schema in schemas.Take(4)) await AdminAsync($"create table {schema}.notes (in_the_way integer)");
        var report = await MigrateAsync(WithNotes, new FleetOptions { MaxFailures = 2, Parallel = 1 });
        Assert.That((report.Migrated.Count, report.Failed.Count, report.Left), Is.EqualTo((0, 2, 4)));
        Assert.That(report.Stopped, Does.Contain("--max-failures"));
    }

    [Test]
    public async Task A_retry_takes_those_that_failed_and_nobody_else_who_is_behind()
    {
        var schemas = await AddOrgsAsync(3);
        await AdminAsync($"create table {schemas[1]}.notes (in_the_way integer)");
        await MigrateAsync(WithNotes, new FleetOptions { Only = [TestDatabase.SlugOf("org-1"), TestDatabase.SlugOf("org-2")] });
        await AdminAsync($"drop table {schemas[1]}.notes");
        var retry = await MigrateAsync(WithNotes, new FleetOptions { FailedOnly = true });
        Assert.That((retry.Migrated.Single().Slug, retry.Left), Is.EqualTo(("org-2", 0)));
        Assert.That(await CountWholeAsync(4, "notes"), Is.EqualTo(2), "org-3 was not tried, and does not count as failed");
    }

    [Test]
    public async Task Two_runs_at_once_share_the_work_and_do_none_of_it_twice()
    {
        await AddOrgsAsync(24);
        var scripts = With(("create table notes (id uuid primary key); insert into notes select gen_random_uuid() from generate_series(1, 2000);", null));
        var both = await Task.WhenAll(MigrateAsync(scripts, new FleetOptions { Parallel = 2 }), MigrateAsync(scripts, new FleetOptions { Parallel = 2 }));

        Assert.That(both.SelectMany(report => report.Failed), Is.Empty);
        Assert.That(both.Select(report => report.Left), Is.All.Zero);
        Assert.That(both.Select(report => report.Migrated.Count), Is.All.GreaterThan(0), "both worked");
        Assert.That(both.Sum(report => report.Migrated.Count), Is.EqualTo(24), "each tenant was moved once");
        Assert.That(await AdminAsync<long>("select count(*) from public.audit_log where action = 'tenant.migrated'"), Is.EqualTo(24));
        Assert.That(await CountWholeAsync(4, "notes"), Is.EqualTo(24));
    }

    [Test]
    public async Task A_tenant_that_another_runner_keeps_is_left_to_it()
    {
        var schemas = await AddOrgsAsync(3);
        await using var other = await Database.OpenAdminAsync(CancellationToken.None);
        await using var transaction = await other.BeginTransactionAsync();
        await using (var take = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended($1, 0))", other) { Parameters = { new() { Value = "tenantry " + schemas[1] } } })
            await take.ExecuteNonQueryAsync();
        var report = await MigrateAsync(WithNotes, new FleetOptions { Attempts = 2 });
        Assert.That((report.Migrated.Count, report.Failed.Count, report.Left), Is.EqualTo((2, 0, 1)));
    }

    [Test]
    public async Task A_run_that_finds_nobody_behind_visits_nobody()
    {
        await AddOrgsAsync(1);
        await using var proxy = new CountingProxy(Database.Logins.Owner);
        await using var owner = new OwnerDatabase(proxy.ConnectionString);
        async Task<int> CountAsync()
        {
            var before = proxy.RoundTrips;
            await new FleetMigrator(owner, WithNotes).MigrateAsync(new FleetOptions { Target = 3 }, null, CancellationToken.None);
            return proxy.RoundTrips - before;
        }

        await CountAsync();
        var one = await CountAsync();
        await using (var server = await Database.OpenAdminAsync(CancellationToken.None))
        await using (var copy = new NpgsqlCommand(
            """
            insert into public.tenants (id, schema_name, state, version) select gen_random_uuid(), 't_absent' || lpad(i::text, 6, '0'), 'active', 3 from generate_series(1, 10000) i;
            insert into public.orgs (id, slug, name) select id, 'absent-' || right(schema_name, 6), 'x' from public.tenants where schema_name like 't\_absent%';
            """, server))
            await copy.ExecuteNonQueryAsync();
        Assert.That(await CountAsync(), Is.EqualTo(one).And.LessThanOrEqualTo(2), "ten thousand more, of which none has even a schema");
    }

    [TestCase(0, 100)]
    [TestCase(6, 100)]
    [TestCase(1, 90)]
    public void What_is_out_of_range_is_refused_before_anything_is_asked(int parallel, int lastRing) =>
        Assert.That(async () => await MigrateAsync(WithNotes, new FleetOptions { Parallel = parallel, Rings = [lastRing] }), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
