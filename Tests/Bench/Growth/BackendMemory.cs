using System.Globalization;
using Dapper;
using Npgsql;

namespace Tenantry.Bench.Growth;

/// <summary>What backends of the data login hold for themselves: their anonymous memory, without shared buffers and program files.</summary>
internal static class BackendMemory
{
    /// <summary>In MB, one for each backend; none where the server's processes are not ours to see (only Linux, only this machine).</summary>
    public static async Task<IReadOnlyList<double>> ListAsync(NpgsqlConnection admin) =>
        [.. (await admin.QueryAsync<int>("select pid from pg_stat_activity where datname = current_database() and application_name = 'tenantry data'")).Select(Find).OfType<double>()];

    private static double? Find(int pid)
    {
        try
        {
            // A server elsewhere has numbers of its own.
            if (!File.ReadAllText($"/proc/{pid}/cmdline").StartsWith("postgres:", StringComparison.Ordinal)) return null;
            var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            // It has ended, or there is no /proc.
            return null;
        }
    }
}
