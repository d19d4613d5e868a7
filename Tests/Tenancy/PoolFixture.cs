using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tests.Mail;

namespace Tenantry.Tests.Tenancy;

/// <summary>Pools of which no connection is opened, and whose time passes only when a test says so.</summary>
internal abstract class PoolFixture
{
    protected static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1), Patience = TimeSpan.FromMilliseconds(20), Pause = TimeSpan.FromMilliseconds(3), Limit = TimeSpan.FromMinutes(1);

    // Tenants who prefer the first of a core of two, and the second.
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

    protected SharedPool Pool(int core, int reserve = 0, int preferred = 1) => new(Enumerable.Range(0, core + reserve).Select(_ =>
    {
        Sources.Add(NpgsqlDataSource.Create("Host=127.0.0.1"));
        return new PoolSlot(Sources[^1]);
    }), core, preferred, Limit, Time);
}
