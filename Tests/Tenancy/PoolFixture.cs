using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tests.Mail;

namespace Tenantry.Tests.Tenancy;

/// <summary>Pools of which no connection is opened, and whose time passes only when a test says so.</summary>
internal abstract class PoolFixture
{
    protected static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1), Patience = TimeSpan.FromMilliseconds(20), Pause = TimeSpan.FromMilliseconds(3), Limit = TimeSpan.FromMinutes(1);

    // Tenants of the first of two parts, and of the second.
    protected const int One = 0, Too = 2, Two = 1;

    protected List<NpgsqlDataSource> Sources { get; } = [];
    protected ManualClock Time { get; private set; } = null!;

    [SetUp]
    public void Prepare() => Time = new ManualClock();

    [TearDown]
    public async Task CleanAsync()
    {
        foreach (var source in Sources) await source.DisposeAsync();
        Sources.Clear();
    }

    // Longer than the pool takes to look whether somebody has waited for long enough.
    protected static async Task HoldsAsync(Task<PoolPlace> waiting, string why = "it waits")
    {
        await Task.Delay(TimeSpan.FromMilliseconds(50));
        Assert.That(waiting.IsCompleted, Is.False, why);
    }

    protected SharedPool Pool(int core, params int[] sizes) => new(sizes.Select(size =>
    {
        Sources.Add(NpgsqlDataSource.Create("Host=127.0.0.1"));
        return new PoolPart(Sources[^1], size);
    }), core, Limit, Time);
}
