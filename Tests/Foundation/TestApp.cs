using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Tenants;

namespace Tenantry.Tests.Foundation;

/// <summary>The whole service on real sockets and a database of its own.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private readonly WebApplicationFactory<CurrentTenant> factory;
    private readonly bool ownsDatabase;

    private TestApp(TestDatabase database, bool ownsDatabase, WebApplicationFactory<CurrentTenant> factory, string mailFolder) =>
        (Database, this.ownsDatabase, this.factory, MailFolder) = (database, ownsDatabase, factory, mailFolder);

    public TestDatabase Database { get; }

    public IServiceProvider Services => factory.Services;

    /// <summary>Where the service drops its mail.</summary>
    public string MailFolder { get; }

    public static Task<TestApp> StartAsync(CancellationToken cancellationToken, params (string Key, string Value)[] settings) =>
        StartAsync(TimeProvider.System, cancellationToken, settings);

    /// <summary>The service with a clock that a test sets.</summary>
    public static async Task<TestApp> StartAsync(TimeProvider clock, CancellationToken cancellationToken, params (string Key, string Value)[] settings) =>
        Start(await TestDatabase.CreateAsync(cancellationToken), ownsDatabase: true, clock, settings);

    /// <summary>A further instance of the service on a database that another owner disposes.</summary>
    public static TestApp StartOn(TestDatabase database, params (string Key, string Value)[] settings) => Start(database, ownsDatabase: false, TimeProvider.System, settings);

    public HttpClient CreateClient() => factory.CreateClient(new WebApplicationFactoryClientOptions
    {
        // Set to where Kestrel listens when the server starts.
        BaseAddress = factory.ClientOptions.BaseAddress,
        AllowAutoRedirect = false,
    });

    /// <summary>A client who is logged in to a new account.</summary>
    public async Task<HttpClient> ClientForAsync(string email, CancellationToken cancellationToken)
    {
        var client = CreateClient();
        using var registered = await client.PostAsJsonAsync("/api/auth/register", new { email, password = Password }, cancellationToken);
        Assert.That(registered.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        return await LogInAsync(client, email, cancellationToken);
    }

    public static async Task<HttpClient> LogInAsync(HttpClient client, string email, CancellationToken cancellationToken)
    {
        using var login = await client.PostAsJsonAsync("/api/auth/login", new { email, password = Password }, cancellationToken);
        Assert.That(login.StatusCode, Is.EqualTo(HttpStatusCode.OK), await login.Content.ReadAsStringAsync(cancellationToken));
        var token = (await login.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("accessToken").GetString();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Makes an org over HTTP.</summary>
    public static async Task MakeOrgAsync(HttpClient client, string slug, CancellationToken cancellationToken)
    {
        using var made = await client.PostAsJsonAsync("/api/orgs", new { name = slug, slug }, cancellationToken);
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.Created), await made.Content.ReadAsStringAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await factory.DisposeAsync();
        Directory.Delete(MailFolder, recursive: true);
        if (ownsDatabase) await Database.DisposeAsync();
    }

    private static TestApp Start(TestDatabase database, bool ownsDatabase, TimeProvider clock, (string Key, string Value)[] settings)
    {
        var mailFolder = Directory.CreateTempSubdirectory("tenantry-mail").FullName;
        // The derived factory is what is used and disposes the one it came from.
#pragma warning disable CA2000
        var factory = new WebApplicationFactory<CurrentTenant>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Development");
            host.UseSetting("TENANTRY_CONNECTION", database.AdminConnection);
            host.UseSetting("Logging:LogLevel:Default", "Warning");
            host.UseSetting("Mail:Folder", mailFolder);
            // What is written stays to be read in the outbox, unless a test wants it sent.
            host.UseSetting("Mail:Sends", "false");
            host.UseSetting("Mail:PollInterval", "00:00:00.05");
            // What is in the database is what a test has put there, unless it wants spares.
            host.UseSetting("Provisioning:Warm", "0");
            // Many tests are one caller who is let in nowhere.
            host.UseSetting("Limits:UnprovenPerSecond", "100000");
            foreach (var (key, value) in settings) host.UseSetting(key, value);
            host.ConfigureTestServices(services => services.AddSingleton(clock));
        });
#pragma warning restore CA2000
        factory.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        factory.StartServer();
        return new TestApp(database, ownsDatabase, factory, mailFolder);
    }
}
