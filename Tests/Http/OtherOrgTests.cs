using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Tenants;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Http;

/// <summary>Every route and verb that names an org, tried by another org's member.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class OtherOrgTests
{
    private const string SomeId = "01890000-0000-7000-8000-000000000000";

    // A route that is not here has no twin, and the convention below fails.
    private static readonly (string Method, string Route, object? Body)[] Routes =
    [
        ("GET", "/api/orgs/{org}/", null),
        ("PATCH", "/api/orgs/{org}/", new { name = "x" }),
        ("DELETE", "/api/orgs/{org}/", new { slug = "globex" }),
        ("GET", "/api/orgs/{org}/members/", null),
        ("GET", "/api/orgs/{org}/members/{userId:guid}", null),
        ("PATCH", "/api/orgs/{org}/members/{userId:guid}", new { role = "admin" }),
        ("DELETE", "/api/orgs/{org}/members/{userId:guid}", null),
        ("GET", "/api/orgs/{org}/invitations/", null),
        ("POST", "/api/orgs/{org}/invitations/", new { email = "x@example.com" }),
        ("POST", "/api/orgs/{org}/invitations/{id:guid}/resend", null),
        ("DELETE", "/api/orgs/{org}/invitations/{id:guid}", null),
        ("GET", "/api/orgs/{org}/log/", null),
        ("GET", "/api/orgs/{org}/projects/", null),
        ("POST", "/api/orgs/{org}/projects/", new { name = "x" }),
        ("GET", "/api/orgs/{org}/projects/{id:guid}", null),
        ("PATCH", "/api/orgs/{org}/projects/{id:guid}", new { name = "x" }),
        ("DELETE", "/api/orgs/{org}/projects/{id:guid}", null),
        ("GET", "/api/orgs/{org}/projects/{projectId:guid}/tasks/", null),
        ("POST", "/api/orgs/{org}/projects/{projectId:guid}/tasks/", new { title = "x" }),
        ("GET", "/api/orgs/{org}/projects/{projectId:guid}/tasks/{id:guid}", null),
        ("PATCH", "/api/orgs/{org}/projects/{projectId:guid}/tasks/{id:guid}", new { title = "x" }),
        ("DELETE", "/api/orgs/{org}/projects/{projectId:guid}/tasks/{id:guid}", null),
        ("GET", "/api/orgs/{org}/events", null),
        ("GET", "/api/events", null),
        ("POST", "/api/orgs/{org}/hub/negotiate", null),
        ("GET", "/api/orgs/{org}/hub", null),
        ("POST", "/api/hubs/org/negotiate", null),
        ("GET", "/api/hubs/org", null),
        ("GET", "/api/projects/", null),
        ("POST", "/api/projects/", new { name = "x" }),
        ("GET", "/api/projects/{id:guid}", null),
        ("PATCH", "/api/projects/{id:guid}", new { name = "x" }),
        ("DELETE", "/api/projects/{id:guid}", null),
        ("GET", "/api/projects/{projectId:guid}/tasks/", null),
        ("POST", "/api/projects/{projectId:guid}/tasks/", new { title = "x" }),
        ("GET", "/api/projects/{projectId:guid}/tasks/{id:guid}", null),
        ("PATCH", "/api/projects/{projectId:guid}/tasks/{id:guid}", new { title = "x" }),
        ("DELETE", "/api/projects/{projectId:guid}/tasks/{id:guid}", null),
    ];

    private TestApp app = null!;
    private HttpClient stranger = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        app = await TestApp.StartAsync(CancellationToken.None);
        using var owner = await app.ClientForAsync("bob@example.com", CancellationToken.None);
        await TestApp.MakeOrgAsync(owner, "globex", CancellationToken.None);
        stranger = await app.ClientForAsync("ada@example.com", CancellationToken.None);
        await TestApp.MakeOrgAsync(stranger, "acme", CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task CleanAsync()
    {
        stranger.Dispose();
        await app.DisposeAsync();
    }

    [Test]
    public void Every_route_that_names_an_org_has_its_twin_here()
    {
        // A hub's two endpoints take any method; these are the ones that its clients use.
        var mapped = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<OrgEndpoint>() is not null || endpoint.RoutePattern.RawText!.Contains("{org}", StringComparison.Ordinal))
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [endpoint.RoutePattern.RawText!.EndsWith("/negotiate", StringComparison.Ordinal) ? "POST" : "GET"]).Select(method => $"{method} {endpoint.RoutePattern.RawText}"));
        Assert.That(Routes.Select(route => $"{route.Method} {route.Route}"), Is.EquivalentTo(mapped));
    }

    [TestCaseSource(nameof(Routes))]
    public async Task Another_orgs_member_gets_the_answer_of_an_unknown_org((string Method, string Route, object? Body) route)
    {
        async Task<Answer> TryAsync(string org)
        {
            var path = route.Route.Replace("{org}", org, StringComparison.Ordinal)
                .Replace("{id:guid}", SomeId, StringComparison.Ordinal).Replace("{projectId:guid}", SomeId, StringComparison.Ordinal)
                .Replace("{userId:guid}", SomeId, StringComparison.Ordinal);
            return await Answer.ToAsync(stranger, new HttpMethod(route.Method), path, route.Body,
                route.Route.Contains("{org}", StringComparison.Ordinal) ? [] : [("X-Org", org)]);
        }

        var foreign = await TryAsync("globex");
        Assert.That((foreign.Status, foreign.Code), Is.EqualTo((404, "org.not_found")));
        Assert.That(foreign, Is.EqualTo(await TryAsync("unknown")));
        Assert.That(foreign.Body, Does.Not.Contain("globex"));
        // The positive control: in one's own org the same request is not answered so.
        // It would delete the org, or go on for as long as the membership does.
        if (!(route.Method == "DELETE" && route.Route == "/api/orgs/{org}/") && !route.Route.EndsWith("/events", StringComparison.Ordinal))
            Assert.That((await TryAsync("acme")).Code, Is.Not.EqualTo("org.not_found"));
    }
}
