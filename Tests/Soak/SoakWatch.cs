using System.Globalization;
using Dapper;
using Npgsql;

namespace Tenantry.Tests.Soak;

/// <summary>Looks once a second at the service's connections and at what it and its backends hold in memory.</summary>
internal sealed class SoakWatch(SoakWorld world)
{
    private static readonly (string Name, int Most)[] Pools = [("tenantry data", SoakWorld.DataPool), ("tenantry control", SoakWorld.ControlPool), ("tenantry listener", 1)];

    private readonly HashSet<int> backends = [];

    /// <summary>Resident memory of the service, and the largest of a backend of the data login, in MB; empty where nobody tells.</summary>
    public List<double> Service { get; } = [];

    public List<double> Backend { get; } = [];

    /// <summary>Most connections of each pool at once.</summary>
    public Dictionary<string, int> Most { get; } = [];

    /// <summary>How many backends the data login has had.</summary>
    public int Backends => backends.Count;

    public async Task WatchAsync(CancellationToken over)
    {
        var service = world.FindService();
        await using var admin = await world.OpenAsync(CancellationToken.None);
        ILookup<string, int>? before = null;
        while (!over.IsCancellationRequested)
        {
            var now = (await admin.QueryAsync<(string Pool, int Id)>("select application_name, pid from pg_stat_activity where application_name like 'tenantry%'")).ToLookup(row => row.Pool, row => row.Id);
            // A backend whose connection was ended needs a moment to go: what was there a second ago too is open.
            foreach (var (name, most) in Pools)
            {
                var open = before is null ? 0 : now[name].Intersect(before[name]).Count();
                Most[name] = Math.Max(Most.GetValueOrDefault(name), open);
                world.Expect(true, open <= most, $"at most {most} connections of {name}, not {open}");
            }

            backends.UnionWith(now["tenantry data"]);
            if (service is { } process && FindMemory(process, "VmRSS:") is { } resident) Service.Add(resident);
            if (now["tenantry data"].Select(id => FindMemory(id, "RssAnon:")).OfType<double>().DefaultIfEmpty(0).Max() is > 0 and var largest) Backend.Add(largest);
            before = now;
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>The median of each third of the time.</summary>
    public static double[] Thirds(IReadOnlyList<double> samples) =>
        [.. Enumerable.Range(0, 3).Select(third => samples.Skip(samples.Count * third / 3).Take(Math.Max(1, samples.Count / 3)).Order().ElementAtOrDefault(samples.Count / 6))];

    /// <summary>Whether the last third's median is above the middle one's by more than chance explains.</summary>
    public static bool Grows(IReadOnlyList<double> samples) => Thirds(samples) is var thirds && thirds[2] > (thirds[1] * 1.25) + 16;

    private static double? FindMemory(int process, string field)
    {
        var file = $"/proc/{process}/status";
        try
        {
            return File.ReadLines(file).FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal)) is { } line
                ? double.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024
                : null;
        }
        catch (IOException)
        {
            // It has ended, or there is no /proc.
            return null;
        }
    }
}
