using System.Net;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tenantry.Service.Limits;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Limits;

/// <summary>One org that asks too much or takes too long, beside another that is served all the while.</summary>
internal sealed class NoisyOrgTests
{
    [Test, CancelAfter(60_000)]
    public async Task An_org_that_floods_is_told_to_wait_and_another_is_served_all_the_while(CancellationToken cancellationToken)
    {
        await using var two = await TwoOrgs.StartAsync(("Limits:RequestsPerSecond", "5"), ("Limits:Queue", "4"));
        await two.ProveAsync();

        var flood = Enumerable.Range(0, 80).Select(_ => two.Loud.GetAsync(two.Acme)).ToList();
        for (var i = 0; i < 8; i++) Assert.That((await two.Quiet.GetAsync(two.Globex)).Status, Is.EqualTo(200));
        var answers = await Task.WhenAll(flood);

        Assert.That(answers.Select(answer => (answer.Status, answer.Code)).Distinct(), Is.EquivalentTo(new (int, string?)[] { (200, null), (429, "rate.limited") }));
        Assert.That(answers.Count(answer => answer.Status == 429), Is.GreaterThan(20));
    }

    [Test, CancelAfter(60_000)]
    public async Task A_refusal_says_when_to_come_again(CancellationToken cancellationToken)
    {
        await using var two = await TwoOrgs.StartAsync(("Limits:RequestsPerSecond", "1"), ("Limits:Queue", "0"));
        await two.ProveAsync();
        HttpResponseMessage? refused = null;
        while (refused is not { StatusCode: HttpStatusCode.TooManyRequests }) refused = await two.Loud.Client.GetAsync(new Uri(two.Acme, UriKind.Relative), cancellationToken);
        Assert.That(refused.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(refused.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That(await refused.Content.ReadAsStringAsync(cancellationToken), Does.Contain("\"code\":\"rate.limited\"").And.Contain("traceId"));
        refused.Dispose();
    }

    [Test, CancelAfter(60_000)]
    public async Task Strangers_and_a_removed_member_spend_their_own_budget_and_are_told_the_same_of_every_org(CancellationToken cancellationToken)
    {
        await using var two = await TwoOrgs.StartAsync(("Limits:RequestsPerSecond", "5"), ("Limits:UnprovenPerSecond", "5"));
        await two.Community.JoinAsync(two.Acme[..^"/projects".Length], two.Quiet);
        await two.ProveAsync();
        Assert.That((await two.Quiet.GetAsync(two.Acme)).Status, Is.EqualTo(200));
        await two.Community.ExecuteAsync("delete from public.memberships where user_id = @Id and role = 'member'", new { two.Quiet.Id });
        Assert.That((await two.Quiet.GetAsync(two.Acme)).Code, Is.EqualTo("org.not_found"), "with this refusal the org is no longer proven");
        var (stranger, other) = (await two.Community.AddAsync("stranger"), await two.Community.AddAsync("other"));

        var foreign = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => stranger.GetAsync(two.Acme)));
        var unknown = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => other.GetAsync("/api/orgs/no-such-org/projects")));
        var removed = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => two.Quiet.GetAsync(two.Acme)));

        foreach (var answers in (Answer[][])[foreign, unknown, removed])
            Assert.That(answers.Select(answer => answer.Code).Distinct(), Is.EquivalentTo(new[] { "org.not_found", "rate.limited" }));
        for (var i = 0; i < 8; i++) Assert.That((await two.Loud.GetAsync(two.Acme)).Status, Is.EqualTo(200), "the org's budget is its members'");
    }

    [Test, CancelAfter(60_000)]
    public async Task An_org_whose_statements_hang_has_its_share_of_the_pool_and_no_more(CancellationToken cancellationToken)
    {
        await using var two = await TwoOrgs.StartAsync(("Tenancy:DataPoolSize", "4"), ("Limits:PoolShare", "50"), ("Limits:Queue", "3"));
        await two.ProveAsync();
        // No lock wait ends by itself here: what is seen is the share.
        await two.PlanAsync("'50s'", "'50s'");

        await using var server = await two.Community.App.Database.OpenAdminAsync(cancellationToken);
        await using var held = await server.BeginTransactionAsync(cancellationToken);
        await server.ExecuteAsync($"lock table {await two.SchemaAsync()}.projects");
        var hanging = Enumerable.Range(0, 12).Select(_ => two.Loud.GetAsync(two.Acme)).ToList();
        for (var refused = 0; refused < 7; refused++)
        {
            var answered = await Task.WhenAny(hanging);
            Assert.That((await answered).Code, Is.EqualTo("rate.limited"), "two have a connection, three wait");
            hanging.Remove(answered);
        }

        for (var i = 0; i < 20; i++)
        {
            var served = await Task.WhenAll(two.Quiet.GetAsync(two.Globex), two.Quiet.GetAsync(two.Globex), two.Quiet.GetAsync(two.Globex));
            Assert.That(served.Select(answer => answer.Status), Is.All.EqualTo(200));
        }

        Assert.That(hanging.Select(answer => answer.IsCompleted), Is.EqualTo(new bool[5]));
        await held.RollbackAsync(cancellationToken);
        Assert.That((await Task.WhenAll(hanging)).Select(answer => answer.Status), Is.All.EqualTo(200));
    }

    [Test, CancelAfter(60_000)]
    public async Task A_statement_that_takes_too_long_is_cut_off_as_the_orgs_own_fault_and_not_the_databases(CancellationToken cancellationToken)
    {
        await using var two = await TwoOrgs.StartAsync();
        await two.ProveAsync();
        await two.PlanAsync("'100ms'", "'50ms'");
        var schema = await two.SchemaAsync();
        await using var server = await two.Community.App.Database.OpenAdminAsync(cancellationToken);
        await using (var held = await server.BeginTransactionAsync(cancellationToken))
        {
            await server.ExecuteAsync($"lock table {schema}.projects");
            Assert.That((await two.Loud.GetAsync(two.Acme)).Code, Is.EqualTo("resource.conflict"), "it waited for a lock");
        }

        await server.ExecuteAsync(
            $"""
            alter table {schema}.projects rename to kept;
            create view {schema}.projects as
                with recursive endless(n) as (select 1::bigint union all select n + 1 from endless) select k.* from {schema}.kept k where (select max(n) from endless) > 0;
            grant select on {schema}.projects to {schema};
            insert into {schema}.kept (id, name, created_by) values (gen_random_uuid(), 'x', gen_random_uuid());
            """);
        using var refused = await two.Loud.Client.GetAsync(new Uri(two.Acme, UriKind.Relative), cancellationToken);
        Assert.That(((int)refused.StatusCode, refused.Headers.RetryAfter is null), Is.EqualTo((503, false)));
        Assert.That(await refused.Content.ReadAsStringAsync(cancellationToken), Does.Contain("\"code\":\"org.overloaded\""));
        Assert.That((await two.Quiet.GetAsync(two.Globex)).Status, Is.EqualTo(200));
        Assert.That((await two.Loud.GetAsync("/health/ready")).Status, Is.EqualTo(200));
    }

    [TestCase("Limits:RequestsPerSecond", "0")]
    [TestCase("Limits:PoolShare", "100")]
    [TestCase("Limits:Queue", "-1")]
    [TestCase("Limits:UnprovenPerSecond", "0")]
    public void A_setting_that_makes_no_sense_stops_the_start_and_is_named(string key, string value)
    {
        // What the host runs first. Of a host that fails it can happen that the factory sees only that it is gone.
        using var services = new ServiceCollection().AddLimits(new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build()).BuildServiceProvider();
        Assert.That(services.GetRequiredService<IStartupValidator>().Validate, Throws.InstanceOf<OptionsValidationException>().With.Message.Contains(key.Split(':')[1]));
    }
}
