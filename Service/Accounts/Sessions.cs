using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts;

/// <summary>Begins, renews and ends sessions, each with its log row. A refresh token is shown once and kept as its hash.</summary>
internal sealed class Sessions(ControlDatabase database, IOptions<AccountOptions> options)
{
    public async Task<(SessionOwner Session, string RefreshToken)> StartAsync(Guid userId, CancellationToken cancellationToken)
    {
        var session = new SessionOwner(Guid.CreateVersion7(), userId);
        var token = NewToken();
        await using var control = await database.OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        await SessionQueries.AddAsync(control, session.SessionId, userId, Hash(token), options.Value.SessionLifetime, cancellationToken);
        await AuditLog.AppendAsync(transaction, Entry(AuditAction.SessionStarted, session), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return (session, token);
    }

    /// <summary>The session with its next token; null when the token is not the session's present one.</summary>
    public async Task<(SessionOwner Session, string RefreshToken)?> RefreshAsync(string token, CancellationToken cancellationToken)
    {
        var next = NewToken();
        await using var control = await database.OpenAsync(cancellationToken);
        if (await SessionQueries.RotateAsync(control, Hash(token), Hash(next), cancellationToken) is { } session) return (session, next);

        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        if (await SessionQueries.EndReusedAsync(control, Hash(token), cancellationToken) is { } reused)
            await AuditLog.AppendAsync(transaction, Entry(AuditAction.SessionEnded, reused), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }

    public async Task EndAsync(Guid userId, Guid sessionId, bool all, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        foreach (var ended in await SessionQueries.EndAsync(control, userId, sessionId, all, cancellationToken))
            await AuditLog.AppendAsync(transaction, Entry(AuditAction.SessionEnded, new SessionOwner(ended, userId)), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private static AuditEntry Entry(AuditAction action, SessionOwner session) => new(action, session.UserId, Target: session.SessionId.ToString());

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
