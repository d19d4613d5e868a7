namespace Tenantry.Tests.Reliability;

/// <summary>The primary dies, and its standby takes its place. A server of its own kind, hence a fixture of its own.</summary>
[Platform(Exclude = "Win", Reason = "Folders are copied with cp.")]
internal sealed class FailoverTests
{
    [Test, CancelAfter(600_000)]
    public async Task A_primary_killed_and_its_standby_promoted(CancellationToken cancellationToken)
    {
        await using var pair = new Pair();
        await pair.StartAsync(cancellationToken);
        await pair.Service.UnderLoadAsync(
            async load =>
            {
                await pair.FollowAsync(cancellationToken);
                await load.MoreAsync(LoadedService.Some, cancellationToken);
                await pair.KillPrimaryAsync(cancellationToken);
                await load.SeenAsync("write 503 database.unavailable", cancellationToken);
                await pair.PromoteStandbyAsync();
            },
            ["503 database.unavailable"], cancellationToken);
    }
}
