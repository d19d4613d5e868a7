using System.Data.Common;
using Dapper;
using Tenantry.Service.Hosting;

namespace Tenantry.Service.Accounts.Issuers;

/// <summary>The SQL of outside issuers' subjects and of the sessions that their tokens stand for.</summary>
internal static class ExternalLoginQueries
{
    // Whoever ends all of a user's sessions waits until one that begins now is there to be ended, or this waits and sees it.
    private const string Lock =
        """
        select user_id as UserId, valid_after as ValidAfter from public.external_logins
        where issuer = @issuer and subject = @subject
        for share
        """;

    private const string AddUser =
        """
        insert into public.users (id, email, normalized_email, email_confirmed, name, security_stamp)
        values (@Id, @Email, @NormalizedEmail, @EmailConfirmed, @Name, @SecurityStamp)
        on conflict do nothing
        """;

    private const string Link =
        """
        insert into public.external_logins as l (issuer, subject, user_id) values (@issuer, @subject, @userId)
        on conflict (issuer, subject) do update set user_id = excluded.user_id where l.user_id is null
        """;

    private const string Close = "update public.external_logins set valid_after = now() where user_id = @userId";

    private const string AddSession =
        """
        insert into public.sessions (id, user_id, expires_at, origin, user_agent)
        values (@SessionId, @UserId, @expiresAt, @Address, @UserAgent)
        on conflict do nothing
        """;

    // A later token of the issuer's session. What has ended has ended.
    private const string ProlongSession =
        """
        update public.sessions set expires_at = @expiresAt, used_at = now()
        where id = @SessionId and user_id = @UserId and ended_at is null and expires_at < @expiresAt
        """;

    /// <summary>Null for a subject never seen; without a user, for one whose account was deleted.</summary>
    public static Task<ExternalLogin?> LockAsync(DbConnection control, string issuer, string subject, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<ExternalLogin>(new CommandDefinition(Lock, new { issuer, subject }, cancellationToken: cancellationToken));

    /// <summary>False when the address is known already.</summary>
    public static async Task<bool> AddUserAsync(DbConnection control, AppUser user, CancellationToken cancellationToken) =>
        await control.ExecuteAsync(new CommandDefinition(AddUser, user, cancellationToken: cancellationToken)) > 0;

    /// <summary>False when the subject was linked to another account meanwhile.</summary>
    public static async Task<bool> LinkAsync(DbConnection control, string issuer, string subject, Guid userId, CancellationToken cancellationToken) =>
        await control.ExecuteAsync(new CommandDefinition(Link, new { issuer, subject, userId }, cancellationToken: cancellationToken)) > 0;

    /// <summary>Lets no token that was issued before now begin a session of the user's. To be called before the sessions are ended.</summary>
    public static Task CloseAsync(DbConnection control, Guid userId, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(Close, new { userId }, cancellationToken: cancellationToken));

    /// <summary>False when it is there already, living or not.</summary>
    public static async Task<bool> AddSessionAsync(DbConnection control, SessionOwner session, DateTimeOffset expiresAt, RequestOrigin origin, CancellationToken cancellationToken) =>
        await control.ExecuteAsync(new CommandDefinition(
            AddSession, new { session.SessionId, session.UserId, expiresAt, origin.Address, origin.UserAgent }, cancellationToken: cancellationToken)) > 0;

    public static Task ProlongSessionAsync(DbConnection control, SessionOwner session, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(ProlongSession, new { session.SessionId, session.UserId, expiresAt }, cancellationToken: cancellationToken));
}

internal sealed record ExternalLogin
{
    public Guid? UserId { get; init; }
    public DateTimeOffset? ValidAfter { get; init; }
}
