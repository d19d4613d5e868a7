using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace Tenantry.Service.Hosting;

/// <summary>Runs the service until it is told to stop. The first signal lets what is in hand be finished, the second cuts it off.</summary>
internal static class Running
{
    private const int Interrupted = 130;

    /// <summary>The exit code: 0, or 130 for a service that was cut off.</summary>
    public static async Task<int> RunUntilToldAsync(this WebApplication app)
    {
        using var atOnce = new CancellationTokenSource();
        var told = 0;
        // The host's own handlers stop it at the first.
        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            if (Interlocked.Increment(ref told) == 2) atOnce.Cancel();
        }

        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        await using (app)
        {
            // As the host does when it starts, which would log what is wrong as a crash.
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            await app.StartAsync();
            var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (app.Lifetime.ApplicationStopping.Register(stopping.SetResult)) await stopping.Task;
            await app.StopAsync(atOnce.Token);
        }

        return atOnce.IsCancellationRequested ? Interrupted : 0;
    }
}
