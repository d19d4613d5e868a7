using Dapper;
using Tenantry.Service.Mail;

namespace Tenantry.Tests.Foundation;

/// <summary>A service with people and orgs, for the tests of what people do to each other.</summary>
internal sealed class Community : IAsyncDisposable
{
    private readonly List<Person> people = [];
    private int count;

    private readonly Mailbox mail;

    private Community(TestApp app) => (App, mail) = (app, new Mailbox(app));

    public TestApp App { get; }

    /// <summary>The mails to an address since it was registered, oldest first.</summary>
    public async Task<IReadOnlyList<(MailTemplate Template, IReadOnlyDictionary<string, string> Values)>> ListMailAsync(string address) =>
        [.. (await mail.ListAsync(address)).Where(written => written.Template != MailTemplate.ConfirmEmail)];

    public Task<string> InvitationTokenAsync(string address) => mail.TokenAsync(address, MailTemplate.Invitation);

    public static async Task<Community> StartAsync(params (string Key, string Value)[] settings) =>
        new(await TestApp.StartAsync(CancellationToken.None, [("Accounts:RequestsPerMinute", "100000"), ("Invitations:TokensPerMinute", "100000"), .. settings]));

    /// <summary>Somebody with a new account, whose address is not confirmed.</summary>
    public async Task<Person> AddAsync(string name, TestApp? at = null)
    {
        var email = $"{name}-{Interlocked.Increment(ref count)}@example.com";
        var client = await (at ?? App).ClientForAsync(email, CancellationToken.None);
        var me = await Answer.ToAsync(client, HttpMethod.Get, "/api/me");
        var person = new Person(client, me.Json.GetProperty("id").GetGuid(), email);
        lock (people) people.Add(person);
        return person;
    }

    public async Task<Person> AddConfirmedAsync(string name)
    {
        var person = await AddAsync(name);
        await ExecuteAsync("update public.users set email_confirmed = true where id = @Id", new { person.Id });
        return person;
    }

    /// <summary>An org whose first admin this is; answers its address.</summary>
    public async Task<string> MakeOrgAsync(Person admin, string name)
    {
        var slug = $"{name}-{Interlocked.Increment(ref count)}";
        await TestApp.MakeOrgAsync(admin.Client, slug, CancellationToken.None);
        return $"/api/orgs/{slug}";
    }

    public Task JoinAsync(string org, Person person, string role = "member") => ExecuteAsync(
        """
        insert into public.memberships (org_id, user_id, role) select o.id, @Id, @role from public.orgs o where o.slug = @slug
        on conflict (org_id, user_id) do update set role = excluded.role
        """,
        new { person.Id, role, slug = SlugOf(org) });

    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var server = await App.Database.OpenAdminAsync(CancellationToken.None);
        await server.ExecuteAsync(sql, parameters);
    }

    public async Task<T?> ReadAsync<T>(string sql, object? parameters = null)
    {
        await using var server = await App.Database.OpenAdminAsync(CancellationToken.None);
        return await server.ExecuteScalarAsync<T>(sql, parameters);
    }

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? parameters = null)
    {
        await using var server = await App.Database.OpenAdminAsync(CancellationToken.None);
        return (await server.QueryAsync<T>(sql, parameters)).AsList();
    }

    /// <summary>An org's log, oldest first: action, actor and target.</summary>
    public Task<IReadOnlyList<(string Action, Guid? Actor, string? Target)>> LogOfAsync(string org) => ListAsync<(string, Guid?, string?)>(
        "select l.action, l.actor_id, l.target from public.audit_log l join public.orgs o on o.id = l.org_id where o.slug = @slug order by l.position", new { slug = SlugOf(org) });

    public static string SlugOf(string org) => org["/api/orgs/".Length..];

    public async ValueTask DisposeAsync()
    {
        foreach (var person in people) person.Dispose();
        await App.DisposeAsync();
    }
}
