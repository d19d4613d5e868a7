using System.Diagnostics;
using System.Globalization;
using Tenantry.Migrations.Embedded;

namespace Tenantry.Tests.Reliability;

/// <summary>One server of several on the same folder: its own data, its own port.</summary>
/// <param name="programs">Where pg_ctl is.</param>
/// <param name="data">The data folder, beside which the settings of all are.</param>
/// <param name="port">On 127.0.0.1.</param>
/// <param name="user">Whom it runs as; null: as we do.</param>
internal sealed class ServerNode(string programs, string data, int port, string? user)
{
    public string Data => data;

    public int Port => port;

    public Task StartAsync() => RunAsync(
        "start", "-D", data, "-l", Path.Combine(data, "..", "log", $"{port}.log"), "-w", "-s", "-o", string.Create(CultureInfo.InvariantCulture, $"-p {port}"));

    /// <summary>Makes a standby the primary.</summary>
    public Task PromoteAsync() => RunAsync("promote", "-D", data, "-w", "-s");

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        using var server = Process.GetProcessById(Postmaster.Find(data)!.ProcessId);
        server.Kill();
        await server.WaitForExitAsync(cancellationToken);
    }

    /// <summary>If it runs.</summary>
    public async Task StopAsync()
    {
        if (Postmaster.Find(data)?.State() is PostmasterState.Running or PostmasterState.Doubtful) await RunAsync("stop", "-D", data, "-m", "immediate", "-w", "-s");
    }

    private async Task RunAsync(params string[] arguments)
    {
        var result = await Command.RunAsync(Path.Combine(programs, "pg_ctl"), arguments, "/", user, CancellationToken.None);
        Assert.That(result.Succeeded, result.Output);
    }
}
