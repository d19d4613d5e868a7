using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Tenantry.Bench;

/// <summary>The service as a process of its own on a bench's database.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>Where what is measured is a request's way, and not its limits.</summary>
    public static readonly IReadOnlyDictionary<string, string> NoLimits = new Dictionary<string, string>
    {
        ["Limits__RequestsPerSecond"] = "1000000",
        ["Limits__UnprovenPerSecond"] = "1000000",
        ["Limits__PoolShare"] = "90",
        ["Limits__Queue"] = "100000",
    };

    private readonly BenchDatabase database;
    private readonly Process process;

    private ServiceProcess(BenchDatabase database, Process process, Uri address) => (this.database, this.process, Address) = (database, process, address);

    public Uri Address { get; }

    /// <summary>Its resident memory in MB.</summary>
    public double Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1048576.0;
        }
    }

    public static async Task<ServiceProcess> StartAsync(BenchDatabase database, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Tenantry.Service.dll")]) { RedirectStandardOutput = true };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        start.Environment["TENANTRY_CONNECTION"] = database.Admin;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Logging__LogLevel__Default"] = "None";
        start.Environment["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information";
        start.Environment["Provisioning__Warm"] = "0";
        start.Environment["Mail__Sends"] = "false";
        // Measured are minutes.
        start.Environment["Accounts__AccessTokenLifetime"] = "12:00:00";
        var process = Process.Start(start)!;
        string? address = null;
        while (address is null && await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is >= 0 and var at) address = line[at..].Trim();
        if (address is null) throw new InvalidOperationException("The service did not start.");
        _ = process.StandardOutput.ReadToEndAsync(cancellationToken);
        return new ServiceProcess(database, process, new Uri(address));
    }

    /// <summary>Somebody with a session, who is an admin of one org, or of all that there are; answers the access token.</summary>
    public async Task<string> AddAdminAsync(string? org, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Address };
        var person = new { email = $"{org ?? "all"}@example.com", password = "correct horse battery" };
        // Known already where the fleet has grown since.
        using (var registered = await client.PostAsJsonAsync("/api/auth/register", person, cancellationToken)) registered.EnsureSuccessStatusCode();
        await database.AdminAsync(
            $"""
            insert into public.memberships (org_id, user_id, role) select o.id, u.id, 'admin' from public.orgs o cross join public.users u
            where u.email = '{person.email}' and '{org ?? "all"}' in ('all', o.slug) on conflict do nothing
            """, cancellationToken);
        using var login = await client.PostAsJsonAsync("/api/auth/login", person, cancellationToken);
        login.EnsureSuccessStatusCode();
        return (await login.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("accessToken").GetString()!;
    }

    /// <summary>A client of an admin of all orgs.</summary>
    public async Task<HttpClient> CreateClientAsync(CancellationToken cancellationToken)
    {
        var token = await AddAdminAsync(null, cancellationToken);
        return new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
