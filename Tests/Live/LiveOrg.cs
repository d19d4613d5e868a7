using Dapper;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Live;

/// <summary>Two instances of the service on one database, and acme with Ada, its admin, and two members: Mia, who stays, and Bob.</summary>
internal sealed class LiveOrg : IAsyncDisposable
{
    private readonly List<HttpClient> clients = [];

    public TestApp One { get; private init; } = null!;

    public TestApp Two { get; private init; } = null!;

    /// <summary>On the first node.</summary>
    public HttpClient Ada { get; private set; } = null!;

    public static async Task<LiveOrg> CreateAsync(CancellationToken cancellationToken, Func<TestDatabase, (string, string)[]>? settings = null)
    {
        var database = await TestDatabase.CreateAsync(cancellationToken);
        var org = new LiveOrg { One = TestApp.StartOn(database, settings?.Invoke(database) ?? []), Two = TestApp.StartOn(database, settings?.Invoke(database) ?? []) };
        org.Ada = org.Keep(await org.One.ClientForAsync("ada@example.com", cancellationToken));
        await TestApp.MakeOrgAsync(org.Ada, "acme", cancellationToken);
        foreach (var member in (string[])["mia", "bob"])
        {
            org.Keep(await org.One.ClientForAsync($"{member}@example.com", cancellationToken));
            await org.ExecuteAsync($"insert into public.memberships (org_id, user_id, role) select o.id, u.id, 'member' from public.orgs o, public.users u where u.email = '{member}@example.com'");
        }

        return org;
    }

    /// <summary>A client of a node with a session of its own.</summary>
    public async Task<HttpClient> ClientOnAsync(TestApp node, string person, CancellationToken cancellationToken) =>
        Keep(await TestApp.LogInAsync(node.CreateClient(), $"{person}@example.com", cancellationToken));

    /// <summary>As somebody does in psql.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var admin = await One.Database.OpenAdminAsync(CancellationToken.None);
        await admin.ExecuteAsync(sql);
    }

    public async Task<Guid> AddProjectAsync(string name = "x", HttpClient? client = null)
    {
        var added = await Answer.ToAsync(client ?? Ada, HttpMethod.Post, "/api/orgs/acme/projects", new { name });
        Assert.That(added.Status, Is.EqualTo(201));
        return added.Json.GetProperty("id").GetGuid();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        await One.DisposeAsync();
        await Two.DisposeAsync();
        await One.Database.DisposeAsync();
    }

    private HttpClient Keep(HttpClient client)
    {
        clients.Add(client);
        return client;
    }
}
