using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;
using Tenantry.Service.Tenants;

namespace Tenantry.Service.Tasks;

internal static class TaskEndpoints
{
    public static IServiceCollection AddTasks(this IServiceCollection services) => services.AddScoped<TaskQueries>();

    public static RouteGroupBuilder MapTasks(this RouteGroupBuilder tenant)
    {
        var tasks = tenant.MapGroup("/projects/{projectId:guid}/tasks").WithTags("Tasks").WithMetadata(OneCommand.Mark);
        tasks.MapGet("/", List).WithSummary("Lists a project's tasks, oldest first");
        tasks.MapPost("/", Add).WithSummary("Adds a task to a project");
        tasks.MapGet("/{id:guid}", Get).WithSummary("Reads a task");
        tasks.MapPatch("/{id:guid}", Update).WithSummary("Changes what is given of a task");
        tasks.MapDelete("/{id:guid}", Delete).WithSummary("Deletes a task");
        return tasks;
    }

    private static async Task<Results<Ok<Page<ProjectTask>>, ProblemHttpResult>> List(
        Guid projectId, [AsParameters] PageQuery page, TaskQueries tasks, CancellationToken cancellationToken) =>
        await tasks.FindPageAsync(projectId, page, cancellationToken) is { } found ? TypedResults.Ok(found) : Problem.Of(ErrorCode.ResourceNotFound);

    private static async Task<Results<Created<ProjectTask>, ProblemHttpResult>> Add(
        Guid projectId, NewTask task, HttpRequest request, TaskQueries tasks, CancellationToken cancellationToken) =>
        await tasks.AddAsync(projectId, task, Caller.From(request.HttpContext.User).UserId, cancellationToken) is { } added
            ? TypedResults.Created($"{request.Path}/{added.Id}", added)
            : Problem.Of(ErrorCode.ResourceNotFound);

    private static async Task<Results<Ok<ProjectTask>, ProblemHttpResult>> Get(
        Guid projectId, Guid id, TaskQueries tasks, CancellationToken cancellationToken) =>
        await tasks.FindAsync(projectId, id, cancellationToken) is { } task ? TypedResults.Ok(task) : Problem.Of(ErrorCode.ResourceNotFound);

    private static async Task<Results<Ok<ProjectTask>, ProblemHttpResult>> Update(
        Guid projectId, Guid id, TaskPatch patch, IfMatch match, ClaimsPrincipal user, TaskQueries tasks, CancellationToken cancellationToken) =>
        await tasks.UpdateAsync(projectId, id, patch, match, Caller.From(user).UserId, cancellationToken) is { } task
            ? TypedResults.Ok(task)
            : await MissAsync(projectId, id, tasks, cancellationToken);

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid projectId, Guid id, IfMatch match, ClaimsPrincipal user, TaskQueries tasks, CancellationToken cancellationToken) =>
        await tasks.DeleteAsync(projectId, id, match, Caller.From(user).UserId, cancellationToken)
            ? TypedResults.NoContent()
            : await MissAsync(projectId, id, tasks, cancellationToken);

    // Nothing was hit: it is not there, or not at the revision that the caller knows.
    private static async Task<ProblemHttpResult> MissAsync(Guid projectId, Guid id, TaskQueries tasks, CancellationToken cancellationToken) =>
        Problem.Of(await tasks.FindAsync(projectId, id, cancellationToken) is null ? ErrorCode.ResourceNotFound : ErrorCode.ResourceChanged);
}
