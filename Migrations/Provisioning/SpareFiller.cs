namespace Tenantry.Migrations.Provisioning;

/// <summary>
/// Keeps a pool filled: at once, when this process has made a tenant, and now and then, since others make tenants too. After a
/// failure it tries again, after pauses that double from a second to <paramref name="every"/>.
/// </summary>
/// <param name="pool">The pool; <see cref="Provisioner.Spares"/>.</param>
/// <param name="size">How many spares to keep ready; with 0 it only removes those that no org can take.</param>
/// <param name="every">How often it looks when nothing happens.</param>
/// <param name="time">The clock of its pauses.</param>
/// <param name="progress">Told after each time.</param>
public sealed class SpareFiller(SparePool pool, int size, TimeSpan every, TimeProvider time, IProgress<SpareReport> progress)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Runs until it is cancelled, whatever fails meanwhile.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        Task? taking = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            var report = await FillAsync(cancellationToken);
            if (cancellationToken.IsCancellationRequested) return;
            progress.Report(report);
            if (report.Error is null)
            {
                pause = FirstPause;
                taking ??= pool.WaitForTakingAsync(cancellationToken);
                await Task.WhenAny(taking, Task.Delay(every, time, cancellationToken));
                if (taking.IsCompleted) taking = null;
            }
            else
            {
                await Task.Delay(pause < every ? pause : every, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (pause < every) pause *= 2;
            }
        }
    }

    private async Task<SpareReport> FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await pool.FillAsync(size, cancellationToken);
        }
        // Whatever it is, orgs are made without spares and the next time may be better.
        catch (Exception error)
        {
            return new(0, 0, error.Message);
        }
    }
}
