using Microsoft.Extensions.Options;

namespace Tenantry.Service.Hosting;

/// <summary>
/// The first part of a stop: the service says that it is not ready and serves on for a while; then streams are ended, and the
/// host stops as any does, the server first.
/// </summary>
internal sealed class Drain(IHostApplicationLifetime lifetime, IOptions<HostingOptions> options, TimeProvider time) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource over = new();

    /// <summary>Whether the service was told to stop.</summary>
    public bool HasBegun => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Cancelled when it is time to leave for whatever does not end by itself.</summary>
    public CancellationToken Over => over.Token;

    // Before anything is stopped.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(options.Value.DrainFor, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await over.CancelAsync();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => over.Dispose();
}
