using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Tenantry.Bench.Requests;

/// <summary>The service as a process of its own on the fleet's database, and a user who is a member of every org.</summary>
internal sealed class BenchService : IAsyncDisposable
{
    private readonly Process process;
    private readonly HttpClient client;
    private readonly BenchFleet fleet;

    private BenchService(Process process, HttpClient client, BenchFleet fleet) => (this.process, this.client, this.fleet) = (process, client, fleet);

    public static async Task<BenchService> StartAsync(BenchFleet fleet, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Tenantry.Service.dll")]) { RedirectStandardOutput = true };
        start.Environment["TENANTRY_CONNECTION"] = fleet.Database.Admin;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information";
        start.Environment["Provisioning__Warm"] = "0";
        // What is measured is a request's way, not its limits.
        start.Environment["Limits__RequestsPerSecond"] = "1000000";
        start.Environment["Limits__PoolShare"] = "90";
        start.Environment["Limits__UnprovenPerSecond"] = "1000000";
        var process = Process.Start(start)!;
        string? address = null;
        while (address is null && await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is >= 0 and var at) address = line[at..].Trim();
        if (address is null) throw new InvalidOperationException("The service did not start.");
        _ = process.StandardOutput.ReadToEndAsync(cancellationToken);

        var client = new HttpClient { BaseAddress = new Uri(address) };
        var person = new { email = "bench@example.com", password = "correct horse battery" };
        using (var registered = await client.PostAsJsonAsync("/api/auth/register", person, cancellationToken)) registered.EnsureSuccessStatusCode();
        await fleet.Database.AdminAsync("insert into public.memberships (org_id, user_id, role) select o.id, u.id, 'admin' from public.orgs o cross join public.users u where u.normalized_email = 'BENCH@EXAMPLE.COM'", cancellationToken);
        using var login = await client.PostAsJsonAsync("/api/auth/login", person, cancellationToken);
        login.EnsureSuccessStatusCode();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await login.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("accessToken").GetString());
        return new BenchService(process, client, fleet);
    }

    public async Task SendAsync(string work, int tenant, Random random)
    {
        var path = $"/api/orgs/org-{tenant + 1}/projects";
#pragma warning disable CA5394 // Which row is no secret.
        using var answer = work switch
        {
            "A row" => await client.GetAsync($"{path}/{fleet.Ids[tenant][random.Next(BenchFleet.Rows)]}"),
            "A page of 20" => await client.GetAsync($"{path}?limit=20"),
            _ => await client.PostAsJsonAsync(path, new { name = "made by the benchmark" }),
        };
#pragma warning restore CA5394
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
