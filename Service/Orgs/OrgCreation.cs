using System.Data.Common;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Tenantry.Migrations.Provisioning;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Idempotency;
using Tenantry.Tenancy;

namespace Tenantry.Service.Orgs;

/// <summary>
/// Makes orgs. The owner's transaction is the only one there is, so an <c>Idempotency-Key</c> is claimed in it, last: of two
/// requests with one key, one makes the org and the other answers what the first did.
/// </summary>
internal sealed class OrgCreation(Provisioner provisioner, ControlDatabase database, RequestOrigin origin, IOptions<JsonOptions> json)
{
    public async Task<IResult> CreateAsync(NewOrg org, IdempotentRequest? request, CancellationToken cancellationToken)
    {
        if (await FindAnswerAsync(org, request, cancellationToken) is { } known) return known;
        IResult? answer = null;
        var made = await provisioner.CreateAsync(org with { Origin = origin.Address }, async (transaction, _) =>
        {
            var result = TypedResults.Created($"/api/orgs/{org.Slug}", await OrgQueries.FindAsync(transaction.Connection!, org.AdminId, org.Slug, cancellationToken));
            answer = result;
            return request is null || await KeepAsync(transaction.Connection!, org.AdminId, request, result, cancellationToken);
        }, cancellationToken);

        return made.Outcome switch
        {
            ProvisioningOutcome.Created => answer!,
            ProvisioningOutcome.AdminUnknown => Problem.Of(ErrorCode.AuthRequired),
            // Perhaps by the same request, a moment before.
            _ => await FindAnswerAsync(org, request, cancellationToken) ?? Problem.Of(ErrorCode.SlugTaken),
        };
    }

    private async Task<bool> KeepAsync(DbConnection owner, Guid userId, IdempotentRequest request, IResult result, CancellationToken cancellationToken)
    {
        var keys = new IdempotencyQueries(owner, IdempotencyQueries.SharedTable);
        if (!await keys.ClaimAsync(userId, request.Key, request.Hash, cancellationToken)) return false;
        await keys.StoreAsync(userId, request.Key, StoredAnswer.Of(result, json.Value), cancellationToken);
        return true;
    }

    private async Task<IResult?> FindAnswerAsync(NewOrg org, IdempotentRequest? request, CancellationToken cancellationToken)
    {
        if (request is null) return null;
        await using var control = await database.OpenAsync(cancellationToken);
        return await request.FindAnswerAsync(new IdempotencyQueries(control, IdempotencyQueries.SharedTable), org.AdminId, cancellationToken);
    }
}
