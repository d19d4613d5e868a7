using Dapper;
using Tenantry.Service.Http;
using Tenantry.Tenancy;

namespace Tenantry.Service.Projects;

/// <summary>The SQL of projects. Names are unqualified: the connection is the tenant's.</summary>
internal sealed class ProjectQueries(TenantConnection tenant)
{
    private const string Row = "id, name, description, status, created_by, created_at, updated_at, revision";

    private const string Columns =
        "id, name, description, status, created_by as CreatedBy, created_at as CreatedAt, updated_at as UpdatedAt, revision";

    private const string List =
        $"""
        select {Columns} from projects
        where (@after::uuid is null or id > @after) and (@status::text is null or status = @status)
        order by id limit @limit
        """;

    private const string Find = $"select {Columns} from projects where id = @id";

    private const string Add =
        $"""
        with changed as (
            insert into projects (id, name, description, status, created_by)
            values (@id, @Name, coalesce(@Description, ''), coalesce(@Status, 'active'), @actorId)
            returning {Row}
        ), told as (
            insert into events (id, kind, subject_id, actor_id) select @eventId, 'project.created', id, @actorId from changed
        )
        select {Columns} from changed
        """;

    private const string Update =
        $"""
        with changed as (
            update projects
            set name = coalesce(@Name, name), description = coalesce(@Description, description), status = coalesce(@Status, status),
                updated_at = now(), revision = revision + 1
            where id = @id and (@revisions::integer[] is null or revision = any(@revisions))
            returning {Row}
        ), told as (
            insert into events (id, kind, subject_id, actor_id) select @eventId, 'project.updated', id, @actorId from changed
        )
        select {Columns} from changed
        """;

    // As many events as rows are gone: one, or none.
    private const string Delete =
        """
        with changed as (
            delete from projects where id = @id and (@revisions::integer[] is null or revision = any(@revisions)) returning id
        )
        insert into events (id, kind, subject_id, actor_id) select @eventId, 'project.deleted', id, @actorId from changed
        """;

    public async Task<Page<Project>> ListAsync(PageQuery page, string? status, CancellationToken cancellationToken)
    {
        var rows = await tenant.QueryAsync<Project>(new CommandDefinition(
            List, new { after = page.After?.Id, status, limit = page.Size + 1 }, cancellationToken: cancellationToken));
        return Page<Project>.Of(rows.AsList(), page.Size, project => project.Id);
    }

    public Task<Project?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        tenant.QuerySingleOrDefaultAsync<Project>(new CommandDefinition(Find, new { id }, cancellationToken: cancellationToken));

    public Task<Project> AddAsync(NewProject project, Guid actorId, CancellationToken cancellationToken) =>
        tenant.QuerySingleAsync<Project>(new CommandDefinition(
            Add, new { id = Guid.CreateVersion7(), project.Name, project.Description, project.Status, actorId, eventId = Guid.CreateVersion7() }, cancellationToken: cancellationToken));

    public Task<Project?> UpdateAsync(Guid id, ProjectPatch patch, IfMatch match, Guid actorId, CancellationToken cancellationToken) =>
        tenant.QuerySingleOrDefaultAsync<Project>(new CommandDefinition(
            Update,
            new { id, patch.Name, patch.Description, patch.Status, revisions = match.Revisions, actorId, eventId = Guid.CreateVersion7() },
            cancellationToken: cancellationToken));

    public async Task<bool> DeleteAsync(Guid id, IfMatch match, Guid actorId, CancellationToken cancellationToken) =>
        await tenant.ExecuteAsync(new CommandDefinition(
            Delete, new { id, revisions = match.Revisions, actorId, eventId = Guid.CreateVersion7() }, cancellationToken: cancellationToken)) > 0;
}
