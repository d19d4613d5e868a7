using Tenantry.Migrations.Evidence;
using Tenantry.Tenancy;
using Tenantry.Tests.Cli;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Evidence;

/// <summary>verify: what must be refused is tried on the running database, and each way of not being refused is found.</summary>
internal sealed class VerifyTests : CliFixture
{
    [Test]
    public async Task On_a_sound_fleet_everything_is_refused_and_nothing_is_left_behind()
    {
        foreach (var slug in (string[])["org-a", "org-b", "org-c"]) await CreateSchemaAsync(slug);
        var run = await RunAsync("verify", "--seed", "7", "--json");
        Assert.That((run.ExitCode, run.Json.GetProperty("findings").GetArrayLength(), run.Json.GetProperty("tenants").GetInt32()), Is.EqualTo((0, 0, 5)), run.Out + run.Err);
        Assert.That(run.Json.GetProperty("attempts").GetInt64(), Is.EqualTo(run.Json.GetProperty("refused").GetInt64()).And.GreaterThan(5 * (4 + 2 * 6)));
        Assert.That((await RunAsync("verify", "--exhaustive", "--json")).Json.GetProperty("attempts").GetInt64(), Is.GreaterThan(run.Json.GetProperty("attempts").GetInt64()));
        Assert.That(await AdminAsync<long>("select count(*) from pg_class where relname = 'probe'"), Is.Zero);
    }

    [TestCase("grant usage on schema {b} to {a}; grant select on {b}.projects, {b}.events to {a}", "{a}", "{b}", "read")]
    [TestCase("grant usage on schema {b} to public; grant delete on all tables in schema {b} to public", "{a}", "{b}", "update")]
    [TestCase("grant usage on schema {b} to public; grant truncate on all tables in schema {b} to {a}", "{a}", "{b}", "truncate")]
    [TestCase("grant create, usage on schema {b} to {a}", "{a}", "{b}", "create")]
    [TestCase("grant execute on function set_config(text, text, boolean) to public", "{a}", "{b}", "hop")]
    [TestCase("grant create on schema {a} to {a}", "{a}", "{a}", "own.create")]
    [TestCase("grant select on {a}.migration_journal to {a}", "{a}", "{a}", "own.journal")]
    [TestCase("grant truncate on all tables in schema {a} to {a}", "{a}", "{a}", "own.truncate")]
    [TestCase("do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$", "{a}", "{a}", "temporary")]
    [TestCase("grant usage on schema public to public; grant select on public.orgs to public", "{a}", "public.orgs", "shared.public.orgs")]
    [TestCase("grant usage on schema {a} to public; grant select on all tables in schema {a} to public", "login", "{a}", "read")]
    [TestCase("revoke select on all tables in schema {a} from {a}", "{a}", "{a}", "control")]
    [TestCase("drop schema {b} cascade", "{b}", "{b}", "control")]
    [TestCase("alter table public.tenants drop constraint tenants_schema_name_check; update public.tenants set schema_name = 'customer 7' where schema_name = '{b}'", "customer 7", "customer 7", "control")]
    public async Task What_is_not_refused_is_found(string fault, string tenant, string target, string attempt)
    {
        var (a, b) = (await CreateSchemaAsync("org-a"), await CreateSchemaAsync("org-b"));
        string Named(string text) => text.Replace("{a}", a).Replace("{b}", b);
        await AdminAsync(Named(fault));
        var run = await RunAsync("verify", "--exhaustive", "--json");
        var found = run.Json.GetProperty("findings").EnumerateArray()
            .Select(one => (one.GetProperty("tenant").GetString(), one.GetProperty("target").GetString(), one.GetProperty("attempt").GetString()));
        Assert.That(found, Does.Contain((Named(tenant), Named(target), attempt)), run.Out);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That((await RunAsync("verify", "--exhaustive")).Out, Does.Contain(attempt));
    }

    [Test]
    public async Task Another_error_than_the_refusal_is_a_finding()
    {
        var schema = await CreateSchemaAsync("org-a");
        await using var admin = await Database.OpenAdminAsync(CancellationToken.None);
        var tally = new ProbeTally();
        await tally.TryAsync(new ProbeConnection(admin), null, schema, new ProbeAttempt("read", "select 1 / 0"), CancellationToken.None);
        Assert.That(tally.Findings.Single(), Is.EqualTo(new ProbeFinding("login", schema, "read", "22012")));
    }

    [Test]
    public async Task Tenants_with_logins_of_their_own_are_tried_with_those()
    {
        await using var perTenant = await TestDatabase.CreateAsync(DataLogins.PerTenant, CancellationToken.None);
        foreach (var slug in (string[])["org-a", "org-b"]) await perTenant.AddTenantAsync(slug, CancellationToken.None);
        // The canaries belong to no org and have no login of their own.
        var report = await new IsolationProbe(perTenant.Database).RunAsync(new ProbeOptions { Exhaustive = true }, null, CancellationToken.None);
        Assert.That(report.Findings, Is.Empty);
    }

    [TestCase(1, 2), TestCase(2, 2), TestCase(5, 2), TestCase(50, 49)]
    public void Each_is_tried_against_so_many_others_and_never_itself(int count, int others)
    {
        var drawn = Derangement.Draw(count, others, seed: 3);
        Assert.That(drawn.Select((targets, own) => !targets.Contains(own) && targets.Distinct().Count() == Math.Min(others, count - 1)), Is.All.True);
        Assert.That(Derangement.Draw(count, others, seed: 3), Is.EqualTo(drawn));
    }
}
