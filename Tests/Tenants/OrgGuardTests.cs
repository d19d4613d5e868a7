using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Hosting;
using Tenantry.Service.Tenants;
using Tenantry.Service.Tenants.Selectors;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenants;

/// <summary>The three words, on an endpoint that asks the database nothing by itself.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class OrgGuardTests
{
    private TestApp app = null!;
    private Caller admin = null!;
    private Caller member = null!;
    private Caller stranger = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        app = await TestApp.StartAsync(CancellationToken.None);
        async Task<Caller> AddAsync(string email)
        {
            var user = await app.Database.AddUserAsync(email, CancellationToken.None);
            return new Caller(user, await app.Database.AddSessionAsync(user, CancellationToken.None));
        }

        (admin, member, stranger) = (await AddAsync("ada@example.com"), await AddAsync("mia@example.com"), await AddAsync("bob@example.com"));
        await app.Database.AddMemberAsync(await app.Database.AddOrgAsync("acme", admin.UserId, CancellationToken.None), member.UserId, "member", CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task CleanAsync() => await app.DisposeAsync();

    [Test]
    public async Task RequireMember_lets_members_in_and_tells_others_nothing()
    {
        Assert.That(await AskAsync(member, "acme", endpoint => endpoint.RequireMember()), Is.EqualTo("in acme"));
        Assert.That(await AskAsync(admin, "acme", endpoint => endpoint.RequireMember()), Is.EqualTo("in acme"));
        foreach (var org in (string[])["acme", "unknown", "\"; drop"])
            Assert.That(await AskAsync(stranger, org, endpoint => endpoint.RequireMember()), Is.EqualTo("404"), org);
        Assert.That(await AskAsync(member, null, endpoint => endpoint.RequireMember()), Is.EqualTo("400"));
    }

    [Test]
    public async Task RequireAdmin_lets_admins_in()
    {
        Assert.That(await AskAsync(admin, "acme", endpoint => endpoint.RequireAdmin()), Is.EqualTo("in acme"));
        Assert.That(await AskAsync(member, "acme", endpoint => endpoint.RequireAdmin()), Is.EqualTo("403"));
        Assert.That(await AskAsync(stranger, "acme", endpoint => endpoint.RequireAdmin()), Is.EqualTo("404"));
    }

    [Test]
    public async Task LoadOrg_is_in_the_org_of_a_member_and_in_none_otherwise()
    {
        Assert.That(await AskAsync(member, "acme", endpoint => endpoint.LoadOrg()), Is.EqualTo("in acme"));
        Assert.That(await AskAsync(stranger, "acme", endpoint => endpoint.LoadOrg()), Is.EqualTo("in none"));
        Assert.That(await AskAsync(member, "unknown", endpoint => endpoint.LoadOrg()), Is.EqualTo("in none"));
        Assert.That(await AskAsync(member, null, endpoint => endpoint.LoadOrg()), Is.EqualTo("in none"));
        Assert.That(await AskAsync(null, "acme", endpoint => endpoint.LoadOrg()), Is.EqualTo("in none"));
        Assert.That(await AskAsync(member, "\"; drop", endpoint => endpoint.LoadOrg()), Is.EqualTo("404"), "malformed");
        Assert.That(await AskAsync(member, "acme, globex", endpoint => endpoint.LoadOrg()), Is.EqualTo("400"), "ambiguous");
    }

    [Test]
    public async Task The_last_word_on_an_endpoint_counts() =>
        Assert.That(await AskAsync(member, "acme", endpoint => endpoint.RequireMember().RequireAdmin()), Is.EqualTo("403"));

    [Test]
    public void What_asks_for_no_org_has_none() =>
        Assert.That(() => new CurrentTenant().Scope, Throws.InvalidOperationException);

    private async Task<string> AskAsync(Caller? caller, string? org, Action<Convention> guard)
    {
        await using var services = app.Services.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = services.ServiceProvider };
        http.Response.Body = Stream.Null;
        if (caller is not null) http.User = new ClaimsPrincipal(Caller.Identity(caller.UserId, caller.SessionId, "test"));
        if (org is not null) http.Request.Headers[HeaderSelector.Header] = org;
        var convention = new Convention();
        guard(convention);
        http.SetEndpoint(convention.Build());

        var reached = "";
        var middleware = new TenantMiddleware(context =>
        {
            var scope = context.RequestServices.GetRequiredService<CurrentTenant>().Found;
            reached = $"in {scope?.Org.Value ?? "none"}";
            return Task.CompletedTask;
        }, app.Services.GetRequiredService<OrgResolution>());
        await middleware.InvokeAsync(http, services.ServiceProvider.GetRequiredService<CurrentTenant>(), services.ServiceProvider.GetRequiredService<OrgCheck>());
        return reached.Length > 0 ? reached : $"{http.Response.StatusCode}";
    }

    private sealed class Convention : IEndpointConventionBuilder
    {
        private readonly RouteEndpointBuilder builder = new(_ => Task.CompletedTask, RoutePatternFactory.Parse("/"), 0);

        public void Add(Action<EndpointBuilder> convention) => convention(builder);

        public Endpoint Build() => builder.Build();
    }
}
