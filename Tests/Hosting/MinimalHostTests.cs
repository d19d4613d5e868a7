using System.Diagnostics;
using System.Xml.Linq;
using Tenantry.Tests.Faults;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Hosting;

/// <summary>Tenancy and Migrations without the people features: a host with users and orgs of its own.</summary>
internal sealed class MinimalHostTests
{
    private static readonly string Program = Repository.BuiltFile("Tests/MinimalHost", "Tenantry.MinimalHost.dll");

    [Test]
    public void It_references_migrations_and_nothing_of_the_service() =>
        Assert.That(
            XDocument.Parse(Repository.Read("Tests/MinimalHost/MinimalHost.csproj")).Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value),
            Is.EqualTo([@"..\..\Migrations\Migrations.csproj"]));

    [Test, CancelAfter(120_000)]
    public async Task Its_customers_are_kept_apart_and_operated_like_any_tenant(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(cancellationToken);
        using var host = ServiceProcess.Start(Program, ("TENANTRY_CONNECTION", database.AdminConnection));
        try
        {
            using var client = new HttpClient { BaseAddress = await ServiceProcess.AddressAsync(host, cancellationToken) };
            var acme = await MakeAsync(client, "acme");
            var globex = await MakeAsync(client, "globex");
            Assert.That((await Answer.ToAsync(client, HttpMethod.Post, $"/acme/notes?key={acme}", new { text = "mine" })).Status, Is.EqualTo(204));

            Assert.That((await Answer.ToAsync(client, HttpMethod.Get, $"/acme/notes?key={acme}")).Body, Is.EqualTo("[\"mine\"]"));
            Assert.That((await Answer.ToAsync(client, HttpMethod.Get, $"/globex/notes?key={globex}")).Body, Is.EqualTo("[]"));
            var foreign = await Answer.ToAsync(client, HttpMethod.Get, $"/acme/notes?key={globex}");
            Assert.That(foreign.Status, Is.EqualTo(404));
            Assert.That(foreign, Is.EqualTo(await Answer.ToAsync(client, HttpMethod.Get, $"/unknown/notes?key={globex}")));
            Assert.That((await Answer.ToAsync(client, HttpMethod.Get, $"/acme/notes?key={Guid.CreateVersion7()}")).Status, Is.EqualTo(401));
        }
        finally
        {
            host.Kill();
        }

        var list = await RunToolAsync(database, cancellationToken, "list", "--json");
        Assert.That(list, Does.Contain("\"acme\"").And.Contain("\"globex\""));
        Assert.That(await RunToolAsync(database, cancellationToken, "doctor", "--json"), Does.Not.Contain("\"fail\""));
    }

    private static async Task<string> MakeAsync(HttpClient client, string slug) =>
        (await Answer.ToAsync(client, HttpMethod.Post, "/customers", new { slug, name = slug })).Json.GetProperty("key").GetString()!;

    private static async Task<string> RunToolAsync(TestDatabase database, CancellationToken cancellationToken, params string[] arguments)
    {
        var scripts = Path.Combine(Repository.Root, "Tests/MinimalHost/Scripts");
        var start = new ProcessStartInfo("dotnet", [Repository.BuiltFile("Migrations", "tenantry.dll"), .. arguments]) { RedirectStandardOutput = true };
        start.Environment["TENANTRY_CONNECTION"] = database.AdminConnection;
        start.Environment["Scripts__Tenant"] = Path.Combine(scripts, "Tenant");
        start.Environment["Scripts__Host"] = Path.Combine(scripts, "Host");
        using var tool = Process.Start(start)!;
        var output = await tool.StandardOutput.ReadToEndAsync(cancellationToken);
        await tool.WaitForExitAsync(cancellationToken);
        Assert.That(tool.ExitCode, Is.Zero, output);
        return output;
    }
}
