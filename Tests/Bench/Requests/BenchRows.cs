using Npgsql;

namespace Tenantry.Bench.Requests;

internal static class BenchRows
{
    public static async Task<IReadOnlyList<BenchProject>> ReadAsync(NpgsqlDataReader reader)
    {
        var rows = new List<BenchProject>();
        while (await reader.ReadAsync())
            rows.Add(new BenchProject
            {
                Id = reader.GetGuid(0),
                Name = reader.GetString(1),
                Description = reader.GetString(2),
                Status = reader.GetString(3),
                CreatedBy = reader.GetGuid(4),
                CreatedAt = reader.GetDateTime(5),
                UpdatedAt = reader.GetDateTime(6),
            });
        return rows;
    }
}
