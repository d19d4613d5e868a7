using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;
using Tenantry.Service.Tenants;

namespace Tenantry.Service.Projects;

internal static class ProjectEndpoints
{
    public static IServiceCollection AddProjects(this IServiceCollection services) => services.AddScoped<ProjectQueries>();

    public static RouteGroupBuilder MapProjects(this RouteGroupBuilder tenant)
    {
        var projects = tenant.MapGroup("/projects").WithTags("Projects").WithMetadata(OneCommand.Mark);
        projects.MapGet("/", List).WithSummary("Lists projects, oldest first");
        projects.MapPost("/", Add).WithSummary("Adds a project");
        projects.MapGet("/{id:guid}", Get).WithSummary("Reads a project");
        projects.MapPatch("/{id:guid}", Update).WithSummary("Changes what is given of a project");
        projects.MapDelete("/{id:guid}", Delete).WithSummary("Deletes a project and its tasks");
        return projects;
    }

    private static async Task<Ok<Page<Project>>> List(
        [AsParameters] PageQuery page, [AllowedValues("active", "archived", null, ErrorMessage = "A status is active or archived.")] string? status, ProjectQueries projects, CancellationToken cancellationToken) =>
        TypedResults.Ok(await projects.ListAsync(page, status, cancellationToken));

    private static async Task<Created<Project>> Add(
        NewProject project, HttpRequest request, ProjectQueries projects, CancellationToken cancellationToken)
    {
        var added = await projects.AddAsync(project, Caller.From(request.HttpContext.User).UserId, cancellationToken);
        return TypedResults.Created($"{request.Path}/{added.Id}", added);
    }

    private static async Task<Results<Ok<Project>, ProblemHttpResult>> Get(
        Guid id, ProjectQueries projects, CancellationToken cancellationToken) =>
        await projects.FindAsync(id, cancellationToken) is { } project ? TypedResults.Ok(project) : Problem.Of(ErrorCode.ResourceNotFound);

    private static async Task<Results<Ok<Project>, ProblemHttpResult>> Update(
        Guid id, ProjectPatch patch, IfMatch match, ClaimsPrincipal user, ProjectQueries projects, CancellationToken cancellationToken) =>
        await projects.UpdateAsync(id, patch, match, Caller.From(user).UserId, cancellationToken) is { } project
            ? TypedResults.Ok(project)
            : await MissAsync(id, projects, cancellationToken);

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, IfMatch match, ClaimsPrincipal user, ProjectQueries projects, CancellationToken cancellationToken) =>
        await projects.DeleteAsync(id, match, Caller.From(user).UserId, cancellationToken) ? TypedResults.NoContent() : await MissAsync(id, projects, cancellationToken);

    // Nothing was hit: it is not there, or not at the revision that the caller knows.
    private static async Task<ProblemHttpResult> MissAsync(Guid id, ProjectQueries projects, CancellationToken cancellationToken) =>
        Problem.Of(await projects.FindAsync(id, cancellationToken) is null ? ErrorCode.ResourceNotFound : ErrorCode.ResourceChanged);
}
