using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Migrations.Provisioning;
using Tenantry.Service.Accounts;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;
using Tenantry.Tenancy;

namespace Tenantry.Service.Orgs;

internal static class OrgEndpoints
{
    public static IServiceCollection AddOrgs(this IServiceCollection services) => services.AddScoped<OrgChanges>();

    public static RouteGroupBuilder MapOrgs(this IEndpointRouteBuilder api)
    {
        var orgs = api.MapGroup("/orgs").WithTags("Orgs").RequireAuthorization();
        orgs.AddEndpointFilter<LiveSessionFilter>();
        orgs.AddEndpointFilter<ETagFilter>();
        orgs.MapGet("/", List).WithSummary("Lists the orgs that the caller is a member of");
        orgs.MapPost("/", Add).WithSummary("Makes an org with a schema of its own; the caller becomes its admin");
        orgs.MapGet("/{org}", Get).WithSummary("Reads an org");
        orgs.MapPatch("/{org}", Update).WithSummary("Renames an org or changes its slug");
        orgs.MapDelete("/{org}", Delete).WithSummary("Deletes an org; the body repeats its slug");
        return orgs;
    }

    private static async Task<Ok<Page<Org>>> List(HttpContext http, ControlDatabase database, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        return TypedResults.Ok(new Page<Org>(await OrgQueries.ListAsync(control, Caller.From(http.User).UserId, cancellationToken), null));
    }

    private static async Task<Results<Created<Org>, ProblemHttpResult>> Add(
        NewOrgRequest request, HttpContext http, Provisioner provisioner, ControlDatabase database, CancellationToken cancellationToken)
    {
        var slugText = request.Slug ?? SlugSuggestion.From(request.Name);
        if (Slug.FindFault(slugText) is { } fault) return Problem.Invalid("slug", request.Slug is null ? "The name makes no slug: give one." : fault);
        if (!Slug.TryCreate(slugText, out var slug)) return Problem.Of(ErrorCode.RequestInvalid);

        var userId = Caller.From(http.User).UserId;
        var result = await provisioner.CreateAsync(new NewOrg(slug, request.Name.Trim(), userId, userId), cancellationToken);
        if (result.Outcome is ProvisioningOutcome.SlugTaken) return Problem.Of(ErrorCode.SlugTaken);
        if (result.Outcome is ProvisioningOutcome.AdminUnknown) return Problem.Of(ErrorCode.AuthRequired);

        await using var control = await database.OpenAsync(cancellationToken);
        var org = await OrgQueries.FindAsync(control, userId, slug, cancellationToken);
        return org is null ? Problem.Of(ErrorCode.OrgNotFound) : TypedResults.Created($"/api/orgs/{slug}", org);
    }

    private static async Task<Results<Ok<Org>, ProblemHttpResult>> Get(
        string org, HttpContext http, ControlDatabase database, CancellationToken cancellationToken)
    {
        if (!Slug.TryParse(org, out var slug)) return Problem.Of(ErrorCode.OrgNotFound);
        await using var control = await database.OpenAsync(cancellationToken);
        var found = await OrgQueries.FindAsync(control, Caller.From(http.User).UserId, slug, cancellationToken);
        return OrgGuard.Refuse(found, OrgRole.Member) is { } refusal ? Problem.Of(refusal) : TypedResults.Ok(found);
    }

    private static async Task<Results<Ok<Org>, ProblemHttpResult>> Update(
        string org, OrgPatch patch, IfMatch match, HttpContext http, OrgChanges changes, CancellationToken cancellationToken)
    {
        if (patch.Slug is not null && Slug.FindFault(patch.Slug) is { } fault) return Problem.Invalid("slug", fault);
        if (!Slug.TryParse(org, out var slug)) return Problem.Of(ErrorCode.OrgNotFound);
        var (updated, error) = await changes.UpdateAsync(Caller.From(http.User).UserId, slug, patch, match, cancellationToken);
        return error is null ? TypedResults.Ok(updated) : Problem.Of(error);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        string org, [Microsoft.AspNetCore.Mvc.FromBody] OrgDeletion deletion, IfMatch match, HttpContext http, OrgChanges changes, CancellationToken cancellationToken)
    {
        if (!Slug.TryParse(org, out var slug)) return Problem.Of(ErrorCode.OrgNotFound);
        var error = await changes.DeleteAsync(Caller.From(http.User).UserId, slug, deletion, match, cancellationToken);
        return error is null ? TypedResults.NoContent()
            : error == ErrorCode.RequestInvalid ? Problem.Invalid("slug", "Repeat the org's slug to delete it.")
            : Problem.Of(error);
    }
}
