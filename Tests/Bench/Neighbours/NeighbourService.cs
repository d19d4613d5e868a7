using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Tenantry.Bench.Neighbours;

/// <summary>The service as a process of its own, with limits as they come or as wide as they go, and its callers: an admin for each org.</summary>
internal sealed class NeighbourService : IAsyncDisposable
{
    private const string Password = "correct horse battery";

    private readonly Process process;

    private NeighbourService(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<NeighbourService> StartAsync(BenchDatabase database, bool wide, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Tenantry.Service.dll")]) { RedirectStandardOutput = true };
        start.Environment["TENANTRY_CONNECTION"] = database.Admin;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Logging__LogLevel__Default"] = "None";
        start.Environment["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information";
        start.Environment["Provisioning__Warm"] = "0";
        start.Environment["Mail__Sends"] = "false";
        // Measured are minutes.
        start.Environment["Accounts__AccessTokenLifetime"] = "12:00:00";
        if (wide)
        {
            start.Environment["Limits__RequestsPerSecond"] = "1000000";
            start.Environment["Limits__PoolShare"] = "90";
            start.Environment["Limits__Queue"] = "100000";
        }

        var process = Process.Start(start)!;
        string? address = null;
        while (address is null && await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is >= 0 and var at) address = line[at..].Trim();
        if (address is null) throw new InvalidOperationException("The service did not start.");
        _ = process.StandardOutput.ReadToEndAsync(cancellationToken);
        return new NeighbourService(process, new Uri(address));
    }

    /// <summary>Somebody with a session, who is made an admin of the org; answers the token.</summary>
    public async Task<string> AddAdminAsync(BenchDatabase database, string org, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Address };
        var person = new { email = $"{org}@example.com", password = Password };
        using (var registered = await client.PostAsJsonAsync("/api/auth/register", person, cancellationToken)) registered.EnsureSuccessStatusCode();
        await database.AdminAsync(
            $"""
            insert into public.memberships (org_id, user_id, role) select o.id, u.id, 'admin' from public.orgs o cross join public.users u
            where o.slug = '{org}' and u.email = '{person.email}' on conflict do nothing
            """, cancellationToken);
        using var login = await client.PostAsJsonAsync("/api/auth/login", person, cancellationToken);
        login.EnsureSuccessStatusCode();
        return (await login.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("accessToken").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
