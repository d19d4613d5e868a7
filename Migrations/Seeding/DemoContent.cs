using Npgsql;
using Tenantry.Migrations.Cli;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Seeding;

/// <summary>The projects and tasks of a demo org, read and written in the tenant's role as the service would.</summary>
internal sealed class DemoContent(string dataConnection, SchemaName schema)
{
    private const string Exists = "select exists (select from projects)";

    private const string AddProject =
        "insert into projects (id, name, description, status, created_by) values ($1, $2, $3, $4, $5)";

    private const string AddTask =
        "insert into tasks (id, project_id, title, done, due_on, assignee_id) values ($1, $2, $3, $4, current_date + $5::integer, $6)";

    public async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        await using var session = await TenantSession.OpenAsync(dataConnection, schema, cancellationToken);
        await using var batch = session.CreateBatch(new NpgsqlBatchCommand(Exists));
        return (bool)(await batch.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Writes all of it in one transaction.</summary>
    public async Task WriteAsync(IReadOnlyList<DemoProject> projects, IReadOnlyList<Guid> people, CancellationToken cancellationToken)
    {
        await using var session = await TenantSession.OpenAsync(dataConnection, schema, cancellationToken);
        var turn = 0;
        foreach (var project in projects)
        {
            var id = Guid.CreateVersion7();
            await RunAsync(session, AddProject, [id, project.Name, project.Description, project.Archived ? "archived" : "active", people[0]], cancellationToken);
            foreach (var (title, done, dueIn) in project.Tasks)
                await RunAsync(session, AddTask, [Guid.CreateVersion7(), id, title, done, dueIn, people[turn++ % people.Count]], cancellationToken);
        }

        await session.CommitAsync(cancellationToken);
    }

    private static async Task RunAsync(TenantSession session, string sql, object?[] values, CancellationToken cancellationToken)
    {
        var statement = new NpgsqlBatchCommand(sql);
        foreach (var value in values) statement.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        await using var batch = session.CreateBatch(statement);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
