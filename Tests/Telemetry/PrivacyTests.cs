using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenantry.Service.Mail;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Mail;

namespace Tenantry.Tests.Telemetry;

/// <summary>What leaves the service names no person, and an org only by its opaque name.</summary>
internal sealed class PrivacyTests
{
    private const string Email = "augusta.king@example.com", Guest = "lovelace.guest@example.com", Person = "Augusta Kingsley";
    private const string Org = "Difference Works", Slug = "difference-works", OtherSlug = "foreign-works", Project = "Bernoulli numbers", Task = "Transcribe note G";
    private const string Agent = "Jacquard/1804", Key = "punched-card-77";

    [Test, CancelAfter(60_000)]
    public async Task Nothing_exported_or_logged_names_a_person_a_slug_a_token_or_what_they_wrote(CancellationToken cancellationToken)
    {
        await using var collector = await Collector.StartAsync();
        using var log = new CapturedLog();
        using var scopes = new ScopedLog();
        var secrets = new List<string> { Email, Guest, Person, Org, Slug, OtherSlug, Project, Task, Agent, Key, TestApp.Password };
        string schema;
        await using (var app = await TestApp.StartAsync(cancellationToken, [.. collector.Settings, ("Logging:LogLevel:Default", "Information"), ("Logging:LogLevel:Tenantry", "Trace"), ("Tenancy:Selectors", "Path,Header,Query")]))
        {
            app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
            app.Services.GetRequiredService<ILoggerFactory>().AddProvider(scopes);
            foreach (var login in (string[])[app.Database.Logins.Data, app.Database.Logins.Control, app.Database.Logins.Owner]) secrets.Add(new NpgsqlConnectionStringBuilder(login).Password!);
            schema = await LiveAsync(app, secrets, cancellationToken);
        }

        var (traces, metrics, logs) = (collector.TextOf("traces"), collector.TextOf("metrics"), collector.TextOf("logs"));
        Assert.That(traces, Does.Contain("/api/orgs/{org}/projects").And.Contain("tenantry.batch").And.Contain("tenantry.control").And.Contain("insert into projects").And.Contain(schema));
        Assert.That(metrics, Does.Contain("tenantry.batch.duration").And.Contain("tenantry.circuit.state").And.Contain("http.server.request.duration").And.Contain("db.client").And.Contain("tenantry.provisioning.duration"));
        Assert.That(logs, Does.Contain("A request failed unexpectedly.").And.Contain(schema), "a failed request's record bears its org");
        Assert.That(scopes.Events.Where(one => one.Event == 1001).Select(one => one.Scopes), Has.One.Contains($"tenantry.org:{schema}"));
        Assert.That(metrics, Does.Contain("tenantry data").And.Contain("tenantry control").And.Contain("tenantry listener"), "pools are not named by their connection strings");
        Assert.Multiple(() =>
        {
            foreach (var secret in secrets)
            {
                Assert.That(traces.Contains(secret, StringComparison.OrdinalIgnoreCase), Is.False, $"{secret} in a span");
                Assert.That(metrics.Contains(secret, StringComparison.OrdinalIgnoreCase), Is.False, $"{secret} in a metric");
                Assert.That(logs.Contains(secret, StringComparison.OrdinalIgnoreCase), Is.False, $"{secret} in a record");
                Assert.That(log.Lines.Where(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)), Is.Empty, $"{secret} in the log");
            }
        });
    }

    [Test, CancelAfter(60_000)]
    public async Task Without_an_endpoint_nothing_is_collected(CancellationToken cancellationToken)
    {
        await using var app = await TestApp.StartAsync(cancellationToken);
        Assert.That(app.Services.GetService<OpenTelemetry.Trace.TracerProvider>(), Is.Null);
        Assert.That(app.Services.GetService<OpenTelemetry.Metrics.MeterProvider>(), Is.Null);
        Assert.That(app.Services.GetServices<ILoggerProvider>().Select(provider => provider.GetType().Name), Has.None.StartsWith("OpenTelemetry"));
    }

    // As people do, mistakes included.
    private static async Task<string> LiveAsync(TestApp app, List<string> secrets, CancellationToken cancellationToken)
    {
        using var ada = app.CreateClient();
        ada.DefaultRequestHeaders.UserAgent.ParseAdd(Agent);
        async Task<Answer> SayAsync(HttpMethod method, string path, object? body = null, params (string, string)[] headers) => await Answer.ToAsync(ada, method, path, body, headers);

        await SayAsync(HttpMethod.Post, "/api/auth/register", new { email = Email, password = TestApp.Password, name = Person });
        await SayAsync(HttpMethod.Post, "/api/auth/register", new { email = Email, password = TestApp.Password, name = Person });
        await SayAsync(HttpMethod.Post, "/api/auth/login", new { email = Email, password = "wrong horse" });
        await SayAsync(HttpMethod.Post, "/api/auth/forgot-password", new { email = Email });
        var login = await SayAsync(HttpMethod.Post, "/api/auth/login", new { email = Email, password = TestApp.Password });
        secrets.Add(login.Json.GetProperty("accessToken").GetString()!);
        secrets.Add(login.Json.GetProperty("refreshToken").GetString()!);
        await TestApp.LogInAsync(ada, Email, cancellationToken);
        secrets.Add((await SayAsync(HttpMethod.Get, "/api/me")).Json.GetProperty("id").GetString()!);

        Assert.That((await SayAsync(HttpMethod.Post, "/api/orgs", new { name = Org, slug = Slug }, ("Idempotency-Key", Key))).Status, Is.EqualTo(201));
        Assert.That((await SayAsync(HttpMethod.Post, "/api/orgs", new { name = Org, slug = Slug })).Status, Is.EqualTo(409));
        Assert.That((await SayAsync(HttpMethod.Post, $"/api/orgs/{Slug}/invitations", new { email = Guest })).Status, Is.EqualTo(201));
        var token = await new Mailbox(app).TokenAsync(Guest, MailTemplate.Invitation);
        secrets.Add(token);
        Assert.That((await SayAsync(HttpMethod.Get, $"/api/invitations/{token}")).Status, Is.EqualTo(200));

        var project = await SayAsync(HttpMethod.Post, $"/api/orgs/{Slug}/projects", new { name = Project, description = Task }, ("Idempotency-Key", Key));
        Assert.That(project.Status, Is.EqualTo(201));
        Assert.That((await SayAsync(HttpMethod.Post, $"/api/orgs/{Slug}/projects/{project.Json.GetProperty("id")}/tasks", new { title = Task })).Status, Is.EqualTo(201));
        Assert.That((await SayAsync(HttpMethod.Post, $"/api/orgs/{Slug}/projects", new { name = Project + "\0" })).Status, Is.EqualTo(400));
        Assert.That((await SayAsync(HttpMethod.Get, $"/api/orgs/{OtherSlug}/projects")).Status, Is.EqualTo(404));
        Assert.That((await SayAsync(HttpMethod.Get, $"/api/projects?org={Slug}")).Status, Is.EqualTo(200));
        Assert.That((await SayAsync(HttpMethod.Get, "/api/projects", null, ("X-Org", Slug))).Status, Is.EqualTo(200));
        Assert.That((await SayAsync(HttpMethod.Get, $"/nowhere/{Slug}?email={Email}")).Status, Is.EqualTo(404));

        await using var admin = await app.Database.OpenAdminAsync(cancellationToken);
        var schema = (await admin.QuerySingleAsync<string>("select schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug = @Slug", new { Slug }))!;
        await admin.ExecuteAsync($"revoke insert on {schema}.projects from {schema}");
        Assert.That((await SayAsync(HttpMethod.Post, $"/api/orgs/{Slug}/projects", new { name = Project })).Status, Is.EqualTo(500));
        return schema;
    }
}
