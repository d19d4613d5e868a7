using System.Data.Common;
using Dapper;
using Tenantry.Service.Hosting;

namespace Tenantry.Service.Accounts;

/// <summary>The SQL of sessions. Refresh tokens are known here by their hash only.</summary>
internal static class SessionQueries
{
    private const string Add =
        """
        insert into public.sessions (id, user_id, refresh_hash, expires_at, origin, user_agent)
        values (@SessionId, @UserId, @hash, now() + @lifetime, @Address, @UserAgent)
        """;

    // One statement, so that of two refreshes with one token one wins.
    private const string Rotate =
        """
        update public.sessions set former_refresh_hash = refresh_hash, refresh_hash = @newHash, used_at = now()
        where id = @id and refresh_hash = @hash and ended_at is null and expires_at > now()
        returning id as SessionId, user_id as UserId
        """;

    // Any token of the session but the present one. A client that sent one twice at once is forgiven for a moment; later it is
    // a thief's copy, or the thief has the other.
    private const string EndReused =
        """
        update public.sessions set ended_at = now()
        where id = @id and refresh_hash <> @hash and ended_at is null and expires_at > now()
          and (former_refresh_hash is distinct from @hash or used_at < now() - interval '10 seconds')
        returning id as SessionId, user_id as UserId
        """;

    private const string End =
        """
        update public.sessions set ended_at = now()
        where user_id = @userId and ended_at is null and (@only::uuid is null or id = @only) and (@except::uuid is null or id <> @except)
        returning id
        """;

    private const string List =
        """
        select id, created_at as CreatedAt, used_at as UsedAt, expires_at as ExpiresAt, origin, user_agent as UserAgent, id = @current as Current
        from public.sessions
        where user_id = @userId and ended_at is null and expires_at > now()
        order by id desc
        limit 200
        """;

    private const string IsLive =
        "select exists (select from public.sessions where id = @id and ended_at is null and expires_at > now())";

    public static Task AddAsync(DbConnection control, SessionOwner session, byte[] hash, TimeSpan lifetime, RequestOrigin origin, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(
            Add, new { session.SessionId, session.UserId, hash, lifetime, origin.Address, origin.UserAgent }, cancellationToken: cancellationToken));

    public static Task<SessionOwner?> RotateAsync(DbConnection control, RefreshToken token, byte[] newHash, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<SessionOwner>(new CommandDefinition(Rotate, new { id = token.SessionId, hash = token.Hash, newHash }, cancellationToken: cancellationToken));

    public static Task<SessionOwner?> EndReusedAsync(DbConnection control, RefreshToken token, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<SessionOwner>(new CommandDefinition(EndReused, new { id = token.SessionId, hash = token.Hash }, cancellationToken: cancellationToken));

    /// <summary>Ends a user's sessions, or only one of them, or all but one; those that it ended.</summary>
    public static async Task<IReadOnlyList<Guid>> EndAsync(DbConnection control, Guid userId, Guid? only, Guid? except, CancellationToken cancellationToken) =>
        (await control.QueryAsync<Guid>(new CommandDefinition(End, new { userId, only, except }, cancellationToken: cancellationToken))).AsList();

    /// <summary>A user's live sessions, the latest first; the 200 latest of more.</summary>
    public static async Task<IReadOnlyList<MySession>> ListAsync(DbConnection control, Guid userId, Guid current, CancellationToken cancellationToken) =>
        (await control.QueryAsync<MySession>(new CommandDefinition(List, new { userId, current }, cancellationToken: cancellationToken))).AsList();

    public static Task<bool> IsLiveAsync(DbConnection control, Guid id, CancellationToken cancellationToken) =>
        control.ExecuteScalarAsync<bool>(new CommandDefinition(IsLive, new { id }, cancellationToken: cancellationToken));
}

internal sealed record SessionOwner(Guid SessionId, Guid UserId);
