using System.Data.Common;
using Dapper;

namespace Tenantry.Service.Accounts;

/// <summary>The SQL of users, on the control plane.</summary>
internal static class UserQueries
{
    private const string Columns =
        """
        id, email, normalized_email as NormalizedEmail, email_confirmed as EmailConfirmed, name, password_hash as PasswordHash,
        security_stamp as SecurityStamp, two_factor_enabled as TwoFactorEnabled, authenticator_key as AuthenticatorKey,
        recovery_codes as RecoveryCodes, lockout_enabled as LockoutEnabled, lockout_end as LockoutEnd,
        access_failed_count as AccessFailedCount, revision, created_at as CreatedAt
        """;

    private const string FindById = $"select {Columns} from public.users where id = @id";
    private const string FindByEmail = $"select {Columns} from public.users where normalized_email = @normalizedEmail";

    private const string FindBySession =
        $"""
        select {Columns} from public.users
        where id = (select s.user_id from public.sessions s where s.id = @sessionId and s.ended_at is null and s.expires_at > now())
        """;

    // Where the address is known its row is written as it is: the commit then waits for the disk, as it does for a new one. Not by
    // a column of a key: that would lock the row against everything that refers to it, such as a login.
    private const string Add =
        """
        insert into public.users as u (id, email, normalized_email, email_confirmed, name, password_hash, security_stamp)
        values (@Id, @Email, @NormalizedEmail, @EmailConfirmed, @Name, @PasswordHash, @SecurityStamp)
        on conflict (normalized_email) do update set email_confirmed = u.email_confirmed
        returning u.id
        """;

    private const string Update =
        """
        update public.users
        set email = @Email, normalized_email = @NormalizedEmail, email_confirmed = @EmailConfirmed, name = @Name,
            password_hash = @PasswordHash, security_stamp = @SecurityStamp, two_factor_enabled = @TwoFactorEnabled,
            authenticator_key = @AuthenticatorKey, recovery_codes = @RecoveryCodes, lockout_enabled = @LockoutEnabled,
            lockout_end = @LockoutEnd, access_failed_count = @AccessFailedCount, revision = revision + 1
        where id = @Id and revision = @Revision
        """;

    private const string UpdateName = "update public.users set name = @name, revision = revision + 1 where id = @id";

    private const string Delete = "delete from public.users where id = @Id";

    private const string ListOrgs =
        """
        select o.id, o.slug, o.name, m.role
        from public.memberships m
        join public.orgs o on o.id = m.org_id
        join public.tenants t on t.id = o.id
        where m.user_id = @id and t.state <> 'deleting'
        order by o.slug
        """;

    public static Task<AppUser?> FindByIdAsync(DbConnection control, Guid id, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<AppUser>(new CommandDefinition(FindById, new { id }, cancellationToken: cancellationToken));

    /// <summary>The user of a live session, who is there for as long as the session is.</summary>
    public static Task<AppUser> GetByIdAsync(DbConnection control, Guid id, CancellationToken cancellationToken) =>
        control.QuerySingleAsync<AppUser>(new CommandDefinition(FindById, new { id }, cancellationToken: cancellationToken));

    /// <summary>Null when the session is unknown, ended or expired.</summary>
    public static Task<AppUser?> FindBySessionAsync(DbConnection control, Guid sessionId, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<AppUser>(new CommandDefinition(FindBySession, new { sessionId }, cancellationToken: cancellationToken));

    public static Task<AppUser?> FindByEmailAsync(DbConnection control, string normalizedEmail, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<AppUser>(new CommandDefinition(FindByEmail, new { normalizedEmail }, cancellationToken: cancellationToken));

    /// <summary>False when the address is known already.</summary>
    public static async Task<bool> AddAsync(DbConnection control, AppUser user, CancellationToken cancellationToken) =>
        await control.ExecuteScalarAsync<Guid>(new CommandDefinition(Add, user, cancellationToken: cancellationToken)) == user.Id;

    /// <summary>False when the user has changed since it was read.</summary>
    public static async Task<bool> UpdateAsync(DbConnection control, AppUser user, CancellationToken cancellationToken) =>
        await control.ExecuteAsync(new CommandDefinition(Update, user, cancellationToken: cancellationToken)) > 0;

    public static Task UpdateNameAsync(DbConnection control, Guid id, string name, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(UpdateName, new { id, name }, cancellationToken: cancellationToken));

    public static async Task<bool> DeleteAsync(DbConnection control, AppUser user, CancellationToken cancellationToken) =>
        await control.ExecuteAsync(new CommandDefinition(Delete, user, cancellationToken: cancellationToken)) > 0;

    public static async Task<IReadOnlyList<MyOrg>> ListOrgsAsync(DbConnection control, Guid id, CancellationToken cancellationToken) =>
        (await control.QueryAsync<MyOrg>(new CommandDefinition(ListOrgs, new { id }, cancellationToken: cancellationToken))).AsList();
}
