using System.Globalization;
using Tenantry.Service.Mail;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Http;

/// <summary>Making an org repeatedly, and the slugs that orgs leave behind.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class OrgCreationTests
{
    private Community community = null!;
    private Person ada = null!;
    private Person bob = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        community = await Community.StartAsync();
        (ada, bob) = (await community.AddAsync("ada"), await community.AddAsync("bob"));
    }

    [OneTimeTearDown]
    public async Task CleanAsync() => await community.DisposeAsync();

    [Test, CancelAfter(60_000)]
    public async Task Eight_repetitions_at_once_make_one_org_and_later_ones_get_the_first_answer(CancellationToken cancellationToken)
    {
        Task<Answer> MakeAsync(object body) => ada.PostAsync("/api/orgs", body, ("Idempotency-Key", "once"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => MakeAsync(new { name = "Once" })));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(201), string.Join('\n', answers.Select(answer => answer.Body)));
        Assert.That(answers.Select(answer => answer.Json.GetProperty("id").GetGuid()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await community.ReadAsync<long>("select count(*) from public.orgs where name = 'Once'"), Is.EqualTo(1));
        Assert.That(await community.ReadAsync<long>("select count(*) from public.audit_log l join public.orgs o on o.id = l.org_id where o.slug = 'once'"), Is.EqualTo(1));

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/orgs", UriKind.Relative)) { Content = new StringContent("""{"name":"Once"}""", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", "once");
        using var replayed = await ada.Client.SendAsync(request, cancellationToken);
        Assert.That((replayed.Headers.GetValues("Idempotency-Replayed").Single(), replayed.Headers.Location?.ToString(), replayed.Headers.ETag?.Tag), Is.EqualTo(("true", "/api/orgs/once", "\"1\"")));

        Assert.That((await MakeAsync(new { name = "Once", slug = "twice" })) is { Status: 422, Code: "idempotency.mismatch" });
        Assert.That((await bob.PostAsync("/api/orgs", new { name = "Bobs Once" }, ("Idempotency-Key", "once"))).Status, Is.EqualTo(201), "a key is its caller's");
    }

    [Test, CancelAfter(60_000)]
    public async Task Of_different_requests_with_one_key_at_once_one_makes_an_org(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            ada.PostAsync("/api/orgs", new { name = $"Differs {number}" }, ("Idempotency-Key", "differs"))));
        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 201).Select(answer => answer.Code), Is.All.EqualTo("idempotency.mismatch"));
        Assert.That(await community.ReadAsync<long>("select count(*) from public.orgs where name like 'Differs %'"), Is.EqualTo(1));
        // In one statement: other tests make orgs meanwhile.
        Assert.That(await community.ReadAsync<long>(
            "select (select count(*) from pg_namespace where nspname like 't\\_%') - (select count(*) from public.tenants) - (select count(*) from public.canaries)"), Is.Zero, "no schema is left over");
    }

    [Test]
    public async Task A_refused_request_leaves_its_key_free()
    {
        var taken = await community.MakeOrgAsync(ada, "taken");
        Assert.That((await bob.PostAsync("/api/orgs", new { name = "x", slug = Community.SlugOf(taken) }, ("Idempotency-Key", "free"))).Code, Is.EqualTo("slug.taken"));
        Assert.That((await bob.PostAsync("/api/orgs", new { name = "Free now" }, ("Idempotency-Key", "free"))).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task A_slug_given_up_is_kept_thirty_days_and_no_longer()
    {
        var org = await community.MakeOrgAsync(ada, "kept");
        var slug = Community.SlugOf(org);
        await ada.PatchAsync(org, new { slug = slug + "-now" });
        Assert.That(await community.ReadAsync<bool>("select reserved_until - now() between interval '29 days 23 hours' and interval '30 days' from public.former_slugs where slug = @slug", new { slug }));
        Assert.That((await bob.PostAsync("/api/orgs", new { name = "x", slug })).Code, Is.EqualTo("slug.taken"));

        await community.ExecuteAsync("update public.former_slugs set reserved_until = now() - interval '1 second' where slug = @slug", new { slug });
        Assert.That((await bob.PostAsync("/api/orgs", new { name = "x", slug })).Status, Is.EqualTo(201));
        Assert.That((await ada.PatchAsync(org + "-now", new { slug })).Code, Is.EqualTo("slug.taken"), "its former org comes too late");
    }

    [Test]
    public async Task A_deleted_org_keeps_its_slug_and_its_people_are_told_until_when_its_data_are_there()
    {
        var org = await community.MakeOrgAsync(ada, "gone");
        await community.JoinAsync(org, bob);
        Assert.That((await ada.DeleteAsync(org, new { slug = Community.SlugOf(org) })).Status, Is.EqualTo(204));
        Assert.That((await bob.PostAsync("/api/orgs", new { name = "x", slug = Community.SlugOf(org) })).Code, Is.EqualTo("slug.taken"));

        var until = await community.ReadAsync<DateTime>("select t.deleted_at + interval '30 days' from public.tenants t join public.orgs o on o.id = t.id where o.slug = @slug", new { slug = Community.SlugOf(org) });
        foreach (var person in (Person[])[ada, bob])
        {
            var mail = (await community.ListMailAsync(person.Email)).Single(mail => mail.Template == MailTemplate.OrgDeleted);
            Assert.That((mail.Values["org"], mail.Values["until"]), Is.EqualTo((Community.SlugOf(org), until.ToString("d MMMM yyyy", CultureInfo.InvariantCulture))));
        }
    }
}
