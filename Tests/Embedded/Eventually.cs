namespace Tenantry.Tests.Embedded;

/// <summary>Waits, for a bounded time, for what another process does.</summary>
internal static class Eventually
{
    public static Task HoldsAsync(Func<bool> condition) => HoldsAsync(() => Task.FromResult(condition()));

    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await HoldsUntilCancelledAsync(condition, limit.Token);
    }

    public static Task HoldsUntilCancelledAsync(Func<bool> condition, CancellationToken cancellationToken) =>
        HoldsUntilCancelledAsync(() => Task.FromResult(condition()), cancellationToken);

    /// <summary>For as long as the test may take.</summary>
    public static async Task HoldsUntilCancelledAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        while (!await condition())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
    }
}
