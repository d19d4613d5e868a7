using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Hosting;
using Tenantry.Tests.Embedded;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Faults;

internal sealed class DatabaseDownTests
{
    [Test, CancelAfter(60_000)]
    public async Task A_database_that_goes_away_is_503_and_its_return_needs_no_restart(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        await using var proxy = new CountingProxy(database.Logins.Owner);
        await using var app = TestApp.StartOn(database, proxy.Through(database.Logins));
        using var ada = await app.ClientForAsync("ada@example.com", cancellationToken);
        await TestApp.MakeOrgAsync(ada, "acme", cancellationToken);

        proxy.SetDown(true);
        foreach (var path in (string[])["/api/orgs/acme/projects", "/api/orgs", "/api/me"])
        {
            using var refused = await ada.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            Assert.That((int)refused.StatusCode, Is.EqualTo(503), path);
            Assert.That(refused.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero), path);
            Assert.That(await refused.Content.ReadAsStringAsync(cancellationToken), Does.Contain("database.unavailable").And.Not.Contain("Npgsql"), path);
        }

        Assert.That((await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs", new { name = "x", slug = "not-made" })).Status, Is.EqualTo(503));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/health/ready")).Status, Is.EqualTo(503));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/health/live")).Status, Is.EqualTo(200));

        proxy.SetDown(false);
        await Eventually.HoldsAsync(async () => (await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/acme/projects")).Status == 200);
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/health/ready")).Status, Is.EqualTo(200));
    }

    [Test, CancelAfter(60_000)]
    public async Task A_service_without_its_database_says_so_in_one_line_and_ends_with_2(CancellationToken cancellationToken)
    {
        using var service = ServiceProcess.Start(("TENANTRY_CONNECTION", "Host=127.0.0.1;Port=1;Username=x;Password=secret;Database=nowhere"));
        var error = await service.StandardError.ReadToEndAsync(cancellationToken);
        await service.WaitForExitAsync(cancellationToken);
        Assert.That(service.ExitCode, Is.EqualTo(2));
        Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1), error);
        Assert.That(error, Does.Contain("TENANTRY_CONNECTION").And.Not.Contain("secret"));
    }

    [TestCase("INT"), TestCase("TERM"), CancelAfter(60_000)]
    public async Task Ctrl_C_or_a_stop_while_it_starts_ends_it_with_130(string signal, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("Signals are sent with kill.");
        if (signal == "INT" && ServiceProcess.ChildrenIgnoreInterrupts()) Assert.Ignore("These tests run in the background, where a shell has SIGINT ignored.");
        // A server that takes the connection and never says a word.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var service = ServiceProcess.Start(("TENANTRY_CONNECTION", $"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Username=x;Password=y;Database=nowhere;Timeout=60"));
        using var connected = await silent.AcceptTcpClientAsync(cancellationToken);
        await ServiceProcess.SignalAsync(service, signal, cancellationToken);

        await service.WaitForExitAsync(cancellationToken);
        Assert.That(service.ExitCode, Is.EqualTo(130));
        Assert.That((await service.StandardError.ReadToEndAsync(cancellationToken)).Trim(), Is.EqualTo("Interrupted while starting."));
    }

    [Test, CancelAfter(60_000)]
    public async Task Outside_development_an_unmigrated_database_is_refused_with_the_command_to_run(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(cancellationToken);
        var options = new DatabaseOptions { Connection = database.AdminConnection };
        Assert.That(async () => await TenantryDatabase.OpenAsync(options, new Progress<string>(), cancellationToken),
            Throws.InstanceOf<DatabaseConfigurationException>().With.Message.Contains("migrate --shared"));
    }

    [Test, CancelAfter(120_000)]
    public async Task A_service_killed_while_it_makes_fifty_orgs_leaves_each_whole_or_absent(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        string[] made;
        using (var service = ServiceProcess.Start(("TENANTRY_CONNECTION", database.AdminConnection), ("Database__AutoMigrate", "true"), ("ASPNETCORE_ENVIRONMENT", "Development"), ("Provisioning__Warm", "5")))
        {
            using var client = new HttpClient { BaseAddress = await ServiceProcess.AddressAsync(service, cancellationToken) };
            await Answer.ToAsync(client, HttpMethod.Post, "/api/auth/register", new { email = "ada@example.com", password = TestApp.Password });
            await TestApp.LogInAsync(client, "ada@example.com", cancellationToken);
            var acknowledged = 0;
            var making = Enumerable.Range(0, 50).Select(async i =>
            {
                try
                {
                    var answer = await Answer.ToAsync(client, HttpMethod.Post, "/api/orgs", new { name = "x", slug = $"org-{i}" });
                    if (Interlocked.Increment(ref acknowledged) == 5) service.Kill();
                    return answer.Status == 201 ? $"org-{i}" : null;
                }
                catch (HttpRequestException)
                {
                    return null;
                }
            }).ToList();
            made = [.. (await Task.WhenAll(making)).OfType<string>()];
            await service.WaitForExitAsync(cancellationToken);
        }

        Assert.That(made, Has.Length.LessThan(50), "it was killed in between");
        await using var app = TestApp.StartOn(database);
        using var ada = await TestApp.LogInAsync(app.CreateClient(), "ada@example.com", cancellationToken);
        var orgs = (await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs")).Json.GetProperty("items").EnumerateArray().Select(org => org.GetProperty("slug").GetString()!).ToList();
        Assert.That(orgs, Is.SupersetOf(made), "what was acknowledged is there");
        for (var i = 0; i < 50; i++)
        {
            var slug = $"org-{i}";
            if (!orgs.Contains(slug)) await TestApp.MakeOrgAsync(ada, slug, cancellationToken);
            Assert.That((await Answer.ToAsync(ada, HttpMethod.Post, $"/api/orgs/{slug}/projects", new { name = "x" })).Status, Is.EqualTo(201), slug);
        }

        await using var server = await database.OpenAdminAsync(cancellationToken);
        await using var schemas = new NpgsqlCommand("select count(*) from pg_namespace where nspname like 't\\_%' and nspname not in (select schema_name from public.canaries union select schema_name from public.tenants where spare_scripts is not null)", server);
        Assert.That(await schemas.ExecuteScalarAsync(cancellationToken), Is.EqualTo(50L));
    }
}
