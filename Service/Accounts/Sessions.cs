using System.Data.Common;
using Microsoft.Extensions.Options;
using Tenantry.Service.Accounts.Issuers;
using Tenantry.Service.Hosting;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts;

/// <summary>Begins, renews and ends sessions, each with its log row. A refresh token is shown once and kept as its hash.</summary>
internal sealed class Sessions(ControlDatabase database, RequestOrigin origin, IOptions<AccountOptions> options)
{
    public async Task<(SessionOwner Session, string RefreshToken)> StartAsync(Guid userId, CancellationToken cancellationToken)
    {
        var session = new SessionOwner(Guid.CreateVersion7(), userId);
        var token = RefreshToken.For(session.SessionId);
        await using var control = await database.OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        await SessionQueries.AddAsync(control, session, token.Hash, options.Value.SessionLifetime, origin, cancellationToken);
        await AuditLog.AppendAsync(transaction, Entry(AuditAction.SessionStarted, session), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return (session, token.Text);
    }

    /// <summary>The session with its next token; null when the token is not the session's present one.</summary>
    public async Task<(SessionOwner Session, string RefreshToken)?> RefreshAsync(string text, CancellationToken cancellationToken)
    {
        if (RefreshToken.Find(text) is not { } token) return null;
        var next = RefreshToken.For(token.SessionId);
        await using var control = await database.OpenAsync(cancellationToken);
        if (await SessionQueries.RotateAsync(control, token, next.Hash, cancellationToken) is { } session) return (session, next.Text);

        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        if (await SessionQueries.EndReusedAsync(control, token, cancellationToken) is { } reused)
            await AuditLog.AppendAsync(transaction, Entry(AuditAction.SessionEnded, reused), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }

    /// <summary>False when the user has no such session, or it has ended already.</summary>
    public async Task<bool> EndOneAsync(DbTransaction transaction, SessionOwner session, CancellationToken cancellationToken) =>
        await EndAsync(transaction, session.UserId, session.SessionId, null, cancellationToken) > 0;

    public async Task EndAllAsync(DbTransaction transaction, Guid userId, Guid? except, CancellationToken cancellationToken)
    {
        await ExternalLoginQueries.CloseAsync(transaction.Connection!, userId, cancellationToken);
        await EndAsync(transaction, userId, null, except, cancellationToken);
    }

    private async Task<int> EndAsync(DbTransaction transaction, Guid userId, Guid? only, Guid? except, CancellationToken cancellationToken)
    {
        var ended = await SessionQueries.EndAsync(transaction.Connection!, userId, only, except, cancellationToken);
        foreach (var id in ended)
            await AuditLog.AppendAsync(transaction, Entry(AuditAction.SessionEnded, new SessionOwner(id, userId)), cancellationToken);
        return ended.Count;
    }

    private AuditEntry Entry(AuditAction action, SessionOwner session) => new(action, session.UserId, Target: session.SessionId.ToString()) { Origin = origin.Address };
}
