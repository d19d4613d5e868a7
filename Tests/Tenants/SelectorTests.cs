using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenants;

/// <summary>Every way to name an org, by whom and which, on a read and a write. A body names one in a write only.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class SelectorTests
{
    private static readonly HttpMethod[] Methods = [HttpMethod.Get, HttpMethod.Post];

    private static readonly string[] HostileNames =
    [
        "\"; drop schema public cascade; --", "' or ''='", "acme\"", new string('a', 64), new string('a', 200), "\u0430cme", "acme\u212A", "a\u0131me",
        "acme\0", "acme\r\nX-Org: globex", "acme\r\n", "acme ", "t_0123456789ab", "../globex", "acme/../globex", "pg_catalog", "%", "none", "1",
    ];

    private NamedOrgs orgs = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync() => orgs = await NamedOrgs.CreateAsync(CancellationToken.None);

    [OneTimeTearDown]
    public async Task CleanAsync() => await orgs.DisposeAsync();

    [Test]
    public async Task A_member_enters([Values] Place place, [ValueSource(nameof(Methods))] HttpMethod method)
    {
        Assert.That((await Naming(place, method, "acme")).Status, Is.EqualTo(SuccessOf(place, method)));
        if (place != Place.Session) Assert.That((await Naming(place, method, "AcMe")).Status, Is.EqualTo(SuccessOf(place, method)), "case is no difference");
    }

    [Test]
    public async Task A_stranger_gets_the_answer_of_an_unknown_org([Values] Place place, [ValueSource(nameof(Methods))] HttpMethod method)
    {
        var foreign = await Naming(place, method, "globex");
        Assert.That(foreign.Code, Is.EqualTo(Says(place, method, "org.not_found")));
        Assert.That(foreign, Is.EqualTo(await Naming(place, method, "no-such-org")));
    }

    [Test]
    public async Task A_suspended_org_says_so_to_its_member([Values] Place place, [ValueSource(nameof(Methods))] HttpMethod method) =>
        Assert.That((await Naming(place, method, "frozen")).Code, Is.EqualTo(Says(place, method, "org.suspended")));

    [Test]
    public async Task Two_places_that_differ_are_refused_whoever_may_enter_which(
        [Values] Place place, [ValueSource(nameof(Methods))] HttpMethod method, [Values("initech", "globex", "no-such-org")] string other)
    {
        foreach (var second in Enum.GetValues<Place>().Where(second => second != place))
        {
            if (method == HttpMethod.Get && (place == Place.Body || second == Place.Body)) continue;
            var answer = await new OrgRequest(orgs, method).Naming(place, "acme").Naming(second, other).SendAsync(orgs.Client);
            Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "org.ambiguous")), $"{second}");
        }
    }

    [Test]
    public async Task Two_places_that_agree_are_one([Values] Place place, [ValueSource(nameof(Methods))] HttpMethod method)
    {
        var request = new OrgRequest(orgs, method);
        foreach (var second in Enum.GetValues<Place>().Where(second => second != Place.Body || method == HttpMethod.Post)) request.Naming(second, second == place ? "acme" : second == Place.Session ? "acme" : "ACME");
        Assert.That((await request.SendAsync(orgs.Client)).Status, Is.EqualTo(method == HttpMethod.Get ? 200 : 201));
    }

    [Test]
    public async Task A_hostile_value_is_no_orgs_name(
        [Values(Place.Path, Place.Query, Place.Body, Place.Claim)] Place place, [ValueSource(nameof(Methods))] HttpMethod method, [ValueSource(nameof(HostileNames))] string name)
    {
        var answer = await Naming(place, method, name);
        // The server itself turns away a path with NUL.
        if (place == Place.Path && name.Contains('\0', StringComparison.Ordinal)) Assert.That(answer.Status, Is.EqualTo(400));
        else Assert.That(answer.Code, Is.EqualTo(Says(place, method, "org.not_found")));
        Assert.That(answer.Body, Does.Not.Contain("drop").And.Not.Contain("t_0"));
    }

    [Test]
    public async Task An_empty_value_is_no_answer([Values(Place.Header, Place.Query, Place.Body, Place.Claim)] Place place, [ValueSource(nameof(Methods))] HttpMethod method, [Values("", " ")] string nothing)
    {
        Assert.That((await Naming(place, method, nothing)).Code, Is.EqualTo("org.required"));
        Assert.That((await new OrgRequest(orgs, method).Naming(Place.Path, "acme").Naming(place, nothing).SendAsync(orgs.Client)).Status, Is.LessThan(300));
    }

    [Test]
    public async Task None_that_names_an_org_is_asked_for_one([ValueSource(nameof(Methods))] HttpMethod method) =>
        Assert.That((await new OrgRequest(orgs, method).SendAsync(orgs.Client)) is { Status: 400, Code: "org.required" });

    // The control plane's routes are found in the same way.
    [Test]
    public async Task A_second_name_that_differs_is_refused_on_an_orgs_own_routes_too([Values] Place place)
    {
        if (place == Place.Path) return;
        var (method, resource) = place == Place.Body ? (HttpMethod.Post, "/projects") : (HttpMethod.Get, "");
        Assert.That((await new OrgRequest(orgs, method).Naming(Place.Path, "acme").Naming(place, "initech").SendAsync(orgs.Client, resource)).Code, Is.EqualTo("org.ambiguous"));
        Assert.That((await new OrgRequest(orgs, method).Naming(Place.Path, "acme").Naming(place, "acme").SendAsync(orgs.Client, resource)).Status, Is.LessThan(300));
    }

    private Task<Answer> Naming(Place place, HttpMethod method, string org) => new OrgRequest(orgs, method).Naming(place, org).SendAsync(orgs.Client);

    private static int SuccessOf(Place place, HttpMethod method) => method == HttpMethod.Post ? 201 : place == Place.Body ? 400 : 200;

    private static string Says(Place place, HttpMethod method, string code) => place == Place.Body && method == HttpMethod.Get ? "org.required" : code;
}
