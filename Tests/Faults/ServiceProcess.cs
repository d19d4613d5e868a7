using System.Diagnostics;

namespace Tenantry.Tests.Faults;

/// <summary>The service as a process of its own, to be killed.</summary>
internal static class ServiceProcess
{
    private const string Listening = "Now listening on: ";

    public static Process Start(params (string Name, string Value)[] environment) =>
        Start(Path.Combine(AppContext.BaseDirectory, "Tenantry.Service.dll"), environment);

    public static Process Start(string program, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // It would drop mail where whoever works here reads theirs.
        start.Environment["Mail__Sends"] = "false";
        start.Environment["Provisioning__Warm"] = "0";
        start.Environment["Hosting__DrainFor"] = "00:00:00";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Whether SIGINT is ignored here, which a child inherits and a program rightly keeps. Only Linux tells.</summary>
    public static bool ChildrenIgnoreInterrupts()
    {
        const string status = "/proc/self/status", ignored = "SigIgn:";
        if (!File.Exists(status)) return false;
        var mask = File.ReadLines(status).First(line => line.StartsWith(ignored, StringComparison.Ordinal))[ignored.Length..];
        return (ulong.Parse(mask.Trim(), System.Globalization.NumberStyles.HexNumber, null) & 0b10) != 0;
    }

    public static async Task SignalAsync(Process service, string signal, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{service.Id}"]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Where it listens, once it does.</summary>
    public static async Task<Uri> AddressAsync(Process service, CancellationToken cancellationToken)
    {
        while (await service.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            {
                // Read on, so that the process never waits for a reader.
                _ = service.StandardOutput.ReadToEndAsync(cancellationToken);
                return new Uri(line[(at + Listening.Length)..].Trim());
            }

        throw new InvalidOperationException("The service ended before it listened: " + await service.StandardError.ReadToEndAsync(cancellationToken));
    }
}
