namespace Tenantry.Bench.Requests;

/// <summary>The same SQL for all, but for the table's name.</summary>
internal static class ProjectSql
{
    private const string Columns = "id, name, description, status, created_by as CreatedBy, created_at as CreatedAt, updated_at as UpdatedAt";

    public static string Read(string table) => $"select {Columns} from {table} where id = @id";

    public static string Page(string table) => $"select {Columns} from {table} order by id limit 20";

    public static string Write(string table) => $"insert into {table} (id, name, created_by) values (@id, 'made by the benchmark', @by)";
}
