using System.Data.Common;
using Dapper;
using Tenantry.Service.Http;

namespace Tenantry.Service.Invitations;

/// <summary>The SQL of an org's invitations, on the control plane. Every query names the org that the caller was proved to be in.</summary>
internal static class SentInvitationQueries
{
    /// <summary>What makes an invitation <c>i</c> good, with its inviter's membership <c>m</c>.</summary>
    public const string IsGood =
        "i.state = 'pending' and i.expires_at > now() and (m.role = 'admin' or m.role = 'member' and i.role = 'member')";

    private const string Pending =
        $"""
        select i.id, i.email, i.role, i.inviter_id as InviterId, coalesce(nullif(u.name, ''), u.email) as Inviter, i.created_at as CreatedAt, i.expires_at as ExpiresAt
        from public.invitations i
        join public.memberships m on m.org_id = i.org_id and m.user_id = i.inviter_id
        join public.users u on u.id = i.inviter_id
        where i.org_id = @orgId and {IsGood}
        """;

    private const string List = Pending + "\nand (@after::uuid is null or i.id > @after) order by i.id limit @limit";
    private const string Get = Pending + "\nand i.id = @id";

    private const string Find =
        """
        select i.id, i.email, i.normalized_email as NormalizedEmail, i.role, i.state, i.inviter_id as InviterId, m.role as InviterRole
        from public.invitations i
        left join public.memberships m on m.org_id = i.org_id and m.user_id = i.inviter_id
        where i.org_id = @orgId and i.id = @id
        """;

    // What is pending by its row and good for nothing any more gives way to a new one.
    private const string GiveWay =
        $"""
        update public.invitations i set state = case when i.expires_at > now() then 'revoked' else 'expired' end, ended_at = now()
        where i.org_id = @orgId and i.normalized_email = @normalizedEmail and i.state = 'pending' and not exists (
            select from public.memberships m where m.org_id = i.org_id and m.user_id = i.inviter_id and {IsGood})
        """;

    private const string Add =
        """
        insert into public.invitations (id, org_id, email, normalized_email, role, token_hash, inviter_id, expires_at)
        values (@id, @orgId, @email, @normalizedEmail, @role, @tokenHash, @inviterId, now() + @lifetime)
        on conflict (org_id, normalized_email) where state = 'pending' do nothing
        """;

    private const string Renew = "update public.invitations set token_hash = @tokenHash, expires_at = now() + @lifetime where org_id = @orgId and id = @id";

    private const string Revoke = "update public.invitations set state = 'revoked', ended_at = now() where org_id = @orgId and id = @id";

    private const string RevokeOf =
        """
        update public.invitations set state = 'revoked', ended_at = now()
        where org_id = @orgId and inviter_id = @inviterId and state = 'pending' and (@role::text is null or role = @role)
        returning id
        """;

    public static async Task<Page<Invitation>> ListAsync(DbConnection control, Guid orgId, PageQuery page, CancellationToken cancellationToken)
    {
        var rows = await control.QueryAsync<Invitation>(new CommandDefinition(
            List, new { orgId, after = page.After?.Id, limit = page.Size + 1 }, cancellationToken: cancellationToken));
        return Page<Invitation>.Of(rows.AsList(), page.Size, invitation => invitation.Id);
    }

    public static Task<Invitation> GetAsync(DbConnection control, Guid orgId, Guid id, CancellationToken cancellationToken) =>
        control.QuerySingleAsync<Invitation>(new CommandDefinition(Get, new { orgId, id }, cancellationToken: cancellationToken));

    public static Task<SentInvitationRow?> FindAsync(DbConnection control, Guid orgId, Guid id, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<SentInvitationRow>(new CommandDefinition(Find, new { orgId, id }, cancellationToken: cancellationToken));

    /// <summary>False when there is a good one to the address already.</summary>
    public static async Task<bool> AddAsync(
        DbConnection control, Guid orgId, Guid id, string email, string normalizedEmail, string role, byte[] tokenHash, Guid inviterId, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await control.ExecuteAsync(new CommandDefinition(GiveWay, new { orgId, normalizedEmail }, cancellationToken: cancellationToken));
        return await control.ExecuteAsync(new CommandDefinition(
            Add, new { orgId, id, email, normalizedEmail, role, tokenHash, inviterId, lifetime }, cancellationToken: cancellationToken)) > 0;
    }

    public static Task RenewAsync(DbConnection control, Guid orgId, Guid id, byte[] tokenHash, TimeSpan lifetime, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(Renew, new { orgId, id, tokenHash, lifetime }, cancellationToken: cancellationToken));

    public static Task RevokeAsync(DbConnection control, Guid orgId, Guid id, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(Revoke, new { orgId, id }, cancellationToken: cancellationToken));

    /// <summary>Takes back what a user has sent and is pending: all of it, or what invites to one role. Answers the ids.</summary>
    public static async Task<IReadOnlyList<Guid>> RevokeOfAsync(DbConnection control, Guid orgId, Guid inviterId, string? role, CancellationToken cancellationToken) =>
        (await control.QueryAsync<Guid>(new CommandDefinition(RevokeOf, new { orgId, inviterId, role }, cancellationToken: cancellationToken))).AsList();
}
