using Dapper;
using Tenantry.Service.Http;
using Tenantry.Tenancy;

namespace Tenantry.Service.Tasks;

/// <summary>The SQL of tasks. Names are unqualified: the connection is the tenant's.</summary>
internal sealed class TaskQueries(TenantConnection tenant)
{
    private const string Row = "id, project_id, title, done, due_on, assignee_id, created_at, updated_at, revision";

    private const string Columns =
        """
        id, project_id as ProjectId, title, done, due_on as DueOn, assignee_id as AssigneeId,
        created_at as CreatedAt, updated_at as UpdatedAt, revision
        """;

    // A project without tasks answers one row without a task; no row at all means no project.
    private const string List =
        $"""
        select p.id, t.* from projects p
        left join lateral (
            select {Columns} from tasks where project_id = p.id and (@after::uuid is null or id > @after) order by id limit @limit
        ) t on true
        where p.id = @projectId order by t.id
        """;

    private const string Find = $"select {Columns} from tasks where project_id = @projectId and id = @id";

    private const string Add =
        $"""
        with changed as (
            insert into tasks (id, project_id, title, done, due_on, assignee_id)
            select @id, p.id, @Title, @Done, @DueOn, @AssigneeId from projects p where p.id = @projectId
            returning {Row}
        ), told as (
            insert into events (id, kind, subject_id, actor_id) select @eventId, 'task.created', id, @actorId from changed
        )
        select {Columns} from changed
        """;

    private const string Update =
        $"""
        with changed as (
            update tasks
            set title = coalesce(@Title, title), done = coalesce(@Done, done),
                due_on = case when @DueOnGiven then @DueOn else due_on end,
                assignee_id = case when @AssigneeGiven then @AssigneeId else assignee_id end,
                updated_at = now(), revision = revision + 1
            where project_id = @projectId and id = @id and (@revisions::integer[] is null or revision = any(@revisions))
            returning {Row}
        ), told as (
            insert into events (id, kind, subject_id, actor_id) select @eventId, 'task.updated', id, @actorId from changed
        )
        select {Columns} from changed
        """;

    // As many events as rows are gone: one, or none.
    private const string Delete =
        """
        with changed as (
            delete from tasks
            where project_id = @projectId and id = @id and (@revisions::integer[] is null or revision = any(@revisions))
            returning id
        )
        insert into events (id, kind, subject_id, actor_id) select @eventId, 'task.deleted', id, @actorId from changed
        """;

    /// <summary>A page of a project's tasks; null when there is no such project.</summary>
    public async Task<Page<ProjectTask>?> FindPageAsync(Guid projectId, PageQuery page, CancellationToken cancellationToken)
    {
        var rows = (await tenant.QueryAsync<Guid, ProjectTask?, ProjectTask?>(
            new CommandDefinition(List, new { projectId, after = page.After?.Id, limit = page.Size + 1 }, cancellationToken: cancellationToken),
            (_, task) => task)).AsList();
        return rows.Count == 0 ? null : Page<ProjectTask>.Of([.. rows.OfType<ProjectTask>()], page.Size, task => task.Id);
    }

    public Task<ProjectTask?> FindAsync(Guid projectId, Guid id, CancellationToken cancellationToken) =>
        tenant.QuerySingleOrDefaultAsync<ProjectTask>(new CommandDefinition(Find, new { projectId, id }, cancellationToken: cancellationToken));

    /// <summary>The new task; null when there is no such project.</summary>
    public Task<ProjectTask?> AddAsync(Guid projectId, NewTask task, Guid actorId, CancellationToken cancellationToken) =>
        tenant.QuerySingleOrDefaultAsync<ProjectTask>(new CommandDefinition(
            Add,
            new { id = Guid.CreateVersion7(), projectId, task.Title, task.Done, task.DueOn, task.AssigneeId, actorId, eventId = Guid.CreateVersion7() },
            cancellationToken: cancellationToken));

    public Task<ProjectTask?> UpdateAsync(Guid projectId, Guid id, TaskPatch patch, IfMatch match, Guid actorId, CancellationToken cancellationToken) =>
        tenant.QuerySingleOrDefaultAsync<ProjectTask>(new CommandDefinition(
            Update,
            new
            {
                projectId,
                id,
                patch.Title,
                patch.Done,
                patch.DueOn,
                patch.DueOnGiven,
                patch.AssigneeId,
                patch.AssigneeGiven,
                revisions = match.Revisions,
                actorId,
                eventId = Guid.CreateVersion7(),
            },
            cancellationToken: cancellationToken));

    public async Task<bool> DeleteAsync(Guid projectId, Guid id, IfMatch match, Guid actorId, CancellationToken cancellationToken) =>
        await tenant.ExecuteAsync(new CommandDefinition(
            Delete, new { projectId, id, revisions = match.Revisions, actorId, eventId = Guid.CreateVersion7() }, cancellationToken: cancellationToken)) > 0;
}
