using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Tenantry.Migrations.Provisioning;
using Tenantry.Service.Accounts;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;
using Tenantry.Service.Idempotency;
using Tenantry.Service.Tenants;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Orgs;

internal static class OrgEndpoints
{
    public static IServiceCollection AddOrgs(this IServiceCollection services) => services.AddScoped<OrgChanges>().AddScoped<OrgCreation>();

    public static void MapOrgs(this IEndpointRouteBuilder api)
    {
        var orgs = api.MapGroup("/orgs").WithTags("Orgs");
        orgs.MapGroup("").OnControlPlane().MapGet("/", List).WithSummary("Lists the orgs that the caller is a member of");
        orgs.MapPost("/", Add).WithSummary("Makes an org with a schema of its own; the caller becomes its admin").Produces<Org>(StatusCodes.Status201Created)
            .RequireAuthorization().AddEndpointFilter<LiveSessionFilter>().AddEndpointFilter<ETagFilter>().WithMetadata(IdempotentEndpoint.Mark).Logs(AuditAction.OrgCreated);

        var org = api.MapOrg().WithTags("Orgs");
        org.MapGet("", Get).WithSummary("Reads an org");
        org.MapPatch("", Update).WithSummary("Renames an org or changes its slug").RequireAdmin().Logs(AuditAction.OrgUpdated);
        org.MapDelete("", Delete).WithSummary("Deletes an org; the body repeats its slug").RequireAdmin().Logs(AuditAction.OrgDeleted);
    }

    private static async Task<Ok<Page<Org>>> List(ControlRequest request, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<Org>(await OrgQueries.ListAsync(request.Connection, request.Caller.UserId, cancellationToken), null));

    private static async Task<IResult> Add(NewOrgRequest org, HttpContext http, OrgCreation creation, CancellationToken cancellationToken)
    {
        var slugText = org.Slug ?? SlugSuggestion.From(org.Name);
        if (Slug.FindFault(slugText) is { } fault) return Problem.Invalid("slug", org.Slug is null ? "The name makes no slug: give one." : fault);
        var (request, badKey) = await IdempotentRequest.ReadAsync(http.Request);
        if (badKey is not null) return badKey;

        var userId = Caller.From(http.User).UserId;
        return await creation.CreateAsync(new NewOrg(Slug.Parse(slugText), org.Name.Trim(), userId, userId), request, cancellationToken);
    }

    private static async Task<Ok<Org>> Get(ControlRequest request, CancellationToken cancellationToken) =>
        TypedResults.Ok(await OrgQueries.FindAsync(request.Connection, request.Caller.UserId, Slug.Parse(request.Org.Slug), cancellationToken));

    private static async Task<Results<Ok<Org>, ProblemHttpResult>> Update(OrgPatch patch, IfMatch match, OrgChanges changes, CancellationToken cancellationToken)
    {
        if (patch.Slug is not null && Slug.FindFault(patch.Slug) is { } fault) return Problem.Invalid("slug", fault);
        var (updated, error) = await changes.UpdateAsync(patch, match, cancellationToken);
        return error is null ? TypedResults.Ok(updated) : Problem.Of(error);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        [FromBody] OrgDeletion deletion, IfMatch match, ControlRequest request, OrgChanges changes, CancellationToken cancellationToken)
    {
        if (deletion.Slug != request.Org.Slug) return Problem.Invalid("slug", "Repeat the org's slug to delete it.");
        return await changes.DeleteAsync(match, cancellationToken) is { } error ? Problem.Of(error) : TypedResults.NoContent();
    }
}
