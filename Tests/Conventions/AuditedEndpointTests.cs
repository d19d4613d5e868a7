using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Control;
using Tenantry.Tenancy.Audit;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Conventions;

/// <summary>Every endpoint that changes something says what it logs, and together with the operators' commands that is all there is to log.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class AuditedEndpointTests
{
    // What the command line logs: OrgLifecycle, OrgPlans, TenantRemover, TenantEraser, TenantExporter, TenantImporter, TenantCloner, FleetMigrator, SqlCommand, Provisioner and Accounts in Migrations.
    private static readonly AuditAction[] Operators =
    [
        AuditAction.TenantErased, AuditAction.TenantMigrated, AuditAction.TenantSessionOpened, AuditAction.OrgCreated, AuditAction.OrgDeleted, AuditAction.UserRegistered,
        AuditAction.OrgSuspended, AuditAction.OrgResumed, AuditAction.OrgRestored, AuditAction.OrgUpdated, AuditAction.OrgPlanChanged,
        AuditAction.OrgExported, AuditAction.OrgImported, AuditAction.OrgCloned, AuditAction.TenantErasureBegun,
    ];

    private static readonly (string Path, string Reason)[] Unlogged =
    [
        ("/projects/", "an org's own data, which is in its schema and tells by itself who made it"),
        ("/tasks/", "the same"),
    ];

    private TestApp app = null!;
    private IReadOnlyList<RouteEndpoint> writing = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        app = await TestApp.StartAsync(CancellationToken.None);
        writing =
        [
            .. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal) && Methods(endpoint).Any(method => method is not "GET")),
        ];
    }

    [OneTimeTearDown]
    public async Task CleanAsync() => await app.DisposeAsync();

    [Test]
    public void Every_endpoint_that_changes_something_says_what_it_logs() =>
        Assert.That(
            writing.Where(endpoint => endpoint.Metadata.GetMetadata<AuditedEndpoint>() is null)
                .Where(endpoint => !Unlogged.Any(unlogged => (endpoint.RoutePattern.RawText + "/").Contains(unlogged.Path, StringComparison.Ordinal)))
                .SelectMany(endpoint => Methods(endpoint).Select(method => $"{method} {endpoint.RoutePattern.RawText}")),
            Is.Empty);

    [Test]
    public void The_actions_are_those_of_the_endpoints_and_of_the_operators()
    {
        var declared = writing.SelectMany(endpoint => endpoint.Metadata.GetMetadata<AuditedEndpoint>()?.Actions ?? []).Concat(Operators).ToHashSet();
        Assert.That(Enum.GetValues<AuditAction>().Except(declared), Is.Empty);
    }

    [Test]
    public void An_actions_name_is_words_with_dots() =>
        Assert.That(Enum.GetValues<AuditAction>().Select(AuditLog.NameOf), Is.Unique.And.All.Match(@"\A[a-z]+(\.[a-z]+)+\z"));

    private static IEnumerable<string> Methods(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
}
