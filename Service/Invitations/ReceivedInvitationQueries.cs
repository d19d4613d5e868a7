using System.Data.Common;
using Dapper;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;

namespace Tenantry.Service.Invitations;

/// <summary>
/// The SQL of invitations for those who are invited, on the control plane. A token finds its invitation for anybody; an id, only
/// in a live session of the account whose confirmed address is the invited one.
/// </summary>
internal static class ReceivedInvitationQueries
{
    private const string Invitations =
        """
        from public.invitations i
        join public.orgs o on o.id = i.org_id
        join public.tenants t on t.id = i.org_id
        left join public.memberships m on m.org_id = i.org_id and m.user_id = i.inviter_id
        left join public.users u on u.id = i.inviter_id
        """;

    private const string Named =
        """
        where i.token_hash = @TokenHash or i.id = @Id and exists (
            select from public.sessions s join public.users a on a.id = s.user_id
            where s.id = @sessionId and s.ended_at is null and s.expires_at > now() and a.email_confirmed and a.normalized_email = i.normalized_email)
        """;

    private const string Find =
        $"""
        select i.id, i.org_id as OrgId, o.name as Org, o.slug, t.state as OrgState, coalesce(nullif(u.name, ''), u.email) as Inviter,
               i.email, i.normalized_email as NormalizedEmail, i.role, i.state, i.expires_at <= now() or i.state = 'expired' as IsExpired,
               coalesce({SentInvitationQueries.IsGood}, false) as IsGood, i.expires_at as ExpiresAt
        {Invitations}
        {Named}
        """;

    // In the way of EntryQueries: of two answers to one org's invitations, the later one sees what the former one did.
    private const string Lock =
        $"""
        select o.id
        {Invitations}
        {Named}
        for update of o
        """;

    private const string List =
        $"""
        select i.id, o.name as Org, coalesce(nullif(u.name, ''), u.email) as Inviter, i.role, i.email, i.expires_at as ExpiresAt
        {Invitations}
        join public.users a on a.normalized_email = i.normalized_email
        where a.id = @userId and a.email_confirmed and t.state = 'active' and {SentInvitationQueries.IsGood}
          and (@after::uuid is null or i.id > @after)
        order by i.id limit @limit
        """;

    private const string FindAddress =
        "select normalized_email as NormalizedEmail, email_confirmed as IsConfirmed from public.users where id = @userId for no key update";

    private const string ConfirmAddress = "update public.users set email_confirmed = true, revision = revision + 1 where id = @userId";

    private const string Close = "update public.invitations set state = @state, ended_at = now() where id = @id";

    public static async Task<Page<InvitationPreview>> ListAsync(DbConnection control, Guid userId, PageQuery page, CancellationToken cancellationToken)
    {
        var rows = await control.QueryAsync<InvitationPreview>(new CommandDefinition(
            List, new { userId, after = page.After?.Id, limit = page.Size + 1 }, cancellationToken: cancellationToken));
        return Page<InvitationPreview>.Of(rows.AsList(), page.Size, invitation => invitation.Id);
    }

    public static Task<ReceivedInvitation?> FindAsync(DbConnection control, InvitationKey key, Caller? caller, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<ReceivedInvitation>(new CommandDefinition(
            Find, new { key.TokenHash, key.Id, sessionId = caller?.SessionId }, cancellationToken: cancellationToken));

    /// <summary>Locks the row of the invitation's org until the transaction ends.</summary>
    public static Task LockAsync(DbConnection control, InvitationKey key, Caller caller, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(Lock, new { key.TokenHash, key.Id, sessionId = caller.SessionId }, cancellationToken: cancellationToken));

    /// <summary>A user's address, which does not change until the transaction ends; null when the account has gone meanwhile.</summary>
    public static Task<AccountAddress?> FindAddressAsync(DbConnection control, Guid userId, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<AccountAddress>(new CommandDefinition(FindAddress, new { userId }, cancellationToken: cancellationToken));

    public static Task ConfirmAddressAsync(DbConnection control, Guid userId, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(ConfirmAddress, new { userId }, cancellationToken: cancellationToken));

    public static Task CloseAsync(DbConnection control, Guid id, string state, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(Close, new { id, state }, cancellationToken: cancellationToken));
}

internal sealed record AccountAddress(string NormalizedEmail, bool IsConfirmed);
