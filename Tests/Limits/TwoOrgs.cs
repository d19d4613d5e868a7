using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Limits;

/// <summary>A service with two orgs and an admin each: one who is loud, in acme, and one who is quiet, in globex.</summary>
internal sealed class TwoOrgs : IAsyncDisposable
{
    private TwoOrgs(Community community, Person loud, Person quiet, string acme, string globex) =>
        (Community, Loud, Quiet, Acme, Globex) = (community, loud, quiet, $"{acme}/projects", $"{globex}/projects");

    public Community Community { get; }

    public Person Loud { get; }

    public Person Quiet { get; }

    /// <summary>Where the projects of the loud one's org are.</summary>
    public string Acme { get; }

    public string Globex { get; }

    public static async Task<TwoOrgs> StartAsync(params (string Key, string Value)[] settings)
    {
        var community = await Community.StartAsync(settings);
        var (loud, quiet) = (await community.AddAsync("loud"), await community.AddAsync("quiet"));
        return new TwoOrgs(community, loud, quiet, await community.MakeOrgAsync(loud, "acme"), await community.MakeOrgAsync(quiet, "globex"));
    }

    /// <summary>Once each is let in, what follows is counted against the org.</summary>
    public async Task ProveAsync()
    {
        Assert.That((await Loud.GetAsync(Acme)).Status, Is.EqualTo(200));
        Assert.That((await Quiet.GetAsync(Globex)).Status, Is.EqualTo(200));
    }

    /// <summary>Gives acme a plan with these timeouts.</summary>
    public Task PlanAsync(string statementTimeout, string lockTimeout) => Community.ExecuteAsync(
        $"""
        insert into public.plans (name, statement_timeout, lock_timeout) values ('own', {statementTimeout}, {lockTimeout});
        update public.tenants set plan = 'own' where id = (select id from public.orgs where slug like 'acme-%')
        """);

    public async Task<string> SchemaAsync() =>
        (await Community.ReadAsync<string>("select t.schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug like 'acme-%'"))!;

    public ValueTask DisposeAsync() => Community.DisposeAsync();
}
