using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Tenantry.Bench.Growth;

/// <summary>The service as a process of its own, whose memory is looked at while it serves all tenants.</summary>
internal sealed class GrowthService : IAsyncDisposable
{
    private readonly Process process;
    private readonly HttpClient client;

    private GrowthService(Process process, HttpClient client) => (this.process, this.client) = (process, client);

    /// <summary>Its resident memory in MB.</summary>
    public double Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1048576.0;
        }
    }

    public static async Task<GrowthService> StartAsync(BenchDatabase database, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Tenantry.Service.dll")]) { RedirectStandardOutput = true };
        foreach (var (name, value) in new[]
        {
            ("TENANTRY_CONNECTION", database.Admin), ("ASPNETCORE_ENVIRONMENT", "Development"), ("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("Provisioning__Warm", "0"), ("Tenancy__DataPoolSize", "8"),
            ("Logging__LogLevel__Default", "Warning"), ("Logging__LogLevel__Microsoft.Hosting.Lifetime", "Information"), ("Limits__RequestsPerSecond", "1000000"), ("Limits__PoolShare", "90"), ("Limits__UnprovenPerSecond", "1000000"),
        })
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        string? address = null;
        while (address is null && await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is >= 0 and var at) address = line[at..].Trim();
        if (address is null) throw new InvalidOperationException("The service did not start.");
        _ = process.StandardOutput.ReadToEndAsync(cancellationToken);

        var client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(2) };
        var person = new { email = "growth@example.com", password = "correct horse battery" };
        // Known already when the fleet has grown.
        using (var registered = await client.PostAsJsonAsync("/api/auth/register", person, cancellationToken)) registered.EnsureSuccessStatusCode();
        await database.AdminAsync(
            "insert into public.memberships (org_id, user_id, role) select o.id, u.id, 'admin' from public.orgs o cross join public.users u where u.normalized_email = 'GROWTH@EXAMPLE.COM' on conflict do nothing", cancellationToken);
        using var login = await client.PostAsJsonAsync("/api/auth/login", person, cancellationToken);
        login.EnsureSuccessStatusCode();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await login.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("accessToken").GetString());
        return new GrowthService(process, client);
    }

    public async Task ReadAsync(int tenant, CancellationToken cancellationToken)
    {
        using var answer = await client.GetAsync($"/api/orgs/org-{tenant + 1}/projects?limit=1", cancellationToken);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
