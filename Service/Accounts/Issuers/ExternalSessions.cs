using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts.Issuers;

/// <summary>Gives an outside issuer's token the session that every command needs, once; logging out and revoking end it as any other.</summary>
internal sealed class ExternalSessions(ControlDatabase database, SeenTokens seen, ExternalAccounts accounts, RequestOrigin origin)
{
    public async Task<(Caller? Caller, ErrorCode? Error)> EnterAsync(ExternalToken token, CancellationToken cancellationToken)
    {
        if (seen.Find(token) is { } known) return (known, null);
        if (string.IsNullOrEmpty(token.Subject)) return (null, ErrorCode.AuthRequired);

        await using var control = await database.OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        var login = await ExternalLoginQueries.LockAsync(control, token.Issuer, token.Subject, cancellationToken);
        if (token.IssuedAt < login?.ValidAfter) return (null, ErrorCode.AuthRequired);
        var (userId, error) = login?.UserId is { } id ? (id, null) : await accounts.MakeAsync(transaction, token, cancellationToken);
        if (error is not null) return (null, error);

        var session = new SessionOwner(token.SessionId(), userId);
        if (await ExternalLoginQueries.AddSessionAsync(control, session, token.ExpiresAt, origin, cancellationToken))
            await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.SessionStarted, userId, Target: session.SessionId.ToString())
            {
                Origin = origin.Address,
                Details = new Dictionary<string, string> { ["issuer"] = token.Issuer },
            }, cancellationToken);
        else await ExternalLoginQueries.ProlongSessionAsync(control, session, token.ExpiresAt, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);

        var caller = new Caller(session.UserId, session.SessionId);
        seen.Add(token, caller);
        return (caller, null);
    }
}
