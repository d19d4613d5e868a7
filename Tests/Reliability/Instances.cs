using System.Diagnostics;
using Tenantry.Tests.Faults;

namespace Tenantry.Tests.Reliability;

/// <summary>One or two services on the same database, as processes, which callers reach in turn.</summary>
internal sealed class Instances(params (string Name, string Value)[] environment) : IDisposable
{
    private readonly Instance?[] slots = new Instance?[2];
    private int turn;

    public Uri Address(string path)
    {
        var up = slots.OfType<Instance>().ToArray();
        return new Uri(up[(int)((uint)Interlocked.Increment(ref turn) % up.Length)].Address, path);
    }

    public async Task StartAsync(int slot, CancellationToken cancellationToken)
    {
        var process = ServiceProcess.Start(environment);
        // Read on, so that the process never waits for a reader.
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        slots[slot] = new Instance(process, await ServiceProcess.AddressAsync(process, cancellationToken));
    }

    /// <summary>As <c>kill -9</c> does. Callers go on asking it.</summary>
    public async Task KillAsync(int slot, CancellationToken cancellationToken)
    {
        slots[slot]!.Process.Kill();
        await slots[slot]!.Process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>No caller is sent there from now on; then it is asked to stop.</summary>
    public async Task<int> StopAsync(int slot, CancellationToken cancellationToken)
    {
        var process = slots[slot]!.Process;
        slots[slot] = null;
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) await kill.WaitForExitAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        using (process) return process.ExitCode;
    }

    public void Dispose()
    {
        foreach (var (process, _) in slots.OfType<Instance>())
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }
    }

    private sealed record Instance(Process Process, Uri Address);
}
