using System.Data.Common;
using Microsoft.AspNetCore.Identity;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts.Issuers;

/// <summary>
/// Makes an account for an issuer's subject on first sight. Never links one that is there: whoever can have an issuer vouch for an
/// address would take over the account that has it.
/// </summary>
internal sealed class ExternalAccounts(ILookupNormalizer normalizer, RequestOrigin origin)
{
    public async Task<(Guid UserId, ErrorCode? Error)> MakeAsync(DbTransaction transaction, ExternalToken token, CancellationToken cancellationToken)
    {
        var control = transaction.Connection!;
        if (token.VerifiedEmail is not { } email) return (default, ErrorCode.AddressUnverified);
        var user = new AppUser { Email = email, NormalizedEmail = normalizer.NormalizeEmail(email), EmailConfirmed = true, Name = token.Name, SecurityStamp = AppUser.NewStamp() };
        if (!await ExternalLoginQueries.AddUserAsync(control, user, cancellationToken))
        {
            // Perhaps by the same subject, a moment before.
            var made = await ExternalLoginQueries.LockAsync(control, token.Issuer, token.Subject, cancellationToken);
            return made?.UserId is { } id ? (id, null) : (default, ErrorCode.AddressTaken);
        }

        if (!await ExternalLoginQueries.LinkAsync(control, token.Issuer, token.Subject, user.Id, cancellationToken)) return (default, ErrorCode.ResourceConflict);
        await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.UserRegistered, user.Id)
        {
            Origin = origin.Address,
            Details = new Dictionary<string, string> { ["issuer"] = token.Issuer },
        }, cancellationToken);
        return (user.Id, null);
    }
}
