using System.Data.Common;
using Dapper;

namespace Tenantry.Service.Accounts;

/// <summary>The SQL of deleting an account.</summary>
internal static class DeletionQueries
{
    // In the order of ids, so that two who have orgs in common do not wait for each other.
    private const string LockOrgs =
        """
        select o.id from public.orgs o
        where o.id in (select m.org_id from public.memberships m where m.user_id = @userId)
        order by o.id
        for update of o
        """;

    private const string LockUser = "select id from public.users where id = @userId for update";

    // An org without members goes with its data at the end of its retention; one that lives, or has others, keeps an admin.
    private const string ListMemberships =
        """
        select m.org_id as OrgId, o.slug, m.role,
               m.role = 'admin'
               and not exists (select from public.memberships a where a.org_id = m.org_id and a.role = 'admin' and a.user_id <> m.user_id)
               and (t.state <> 'deleting' or exists (select from public.memberships a where a.org_id = m.org_id and a.user_id <> m.user_id)) as NeedsCaller
        from public.memberships m
        join public.orgs o on o.id = m.org_id
        join public.tenants t on t.id = m.org_id
        where m.user_id = @userId
        order by m.org_id
        """;

    // Sessions, memberships, tokens and keys go with the row.
    private const string Delete = "delete from public.users where id = @userId";

    public static async Task<IReadOnlyList<Guid>> LockOrgsAsync(DbConnection control, Guid userId, CancellationToken cancellationToken) =>
        (await control.QueryAsync<Guid>(new CommandDefinition(LockOrgs, new { userId }, cancellationToken: cancellationToken))).AsList();

    public static Task LockUserAsync(DbConnection control, Guid userId, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(LockUser, new { userId }, cancellationToken: cancellationToken));

    /// <summary>In the order of the orgs' ids.</summary>
    public static async Task<IReadOnlyList<HeldMembership>> ListMembershipsAsync(DbConnection control, Guid userId, CancellationToken cancellationToken) =>
        (await control.QueryAsync<HeldMembership>(new CommandDefinition(ListMemberships, new { userId }, cancellationToken: cancellationToken))).AsList();

    public static Task DeleteAsync(DbConnection control, Guid userId, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(Delete, new { userId }, cancellationToken: cancellationToken));
}

/// <summary>A membership, and whether the org would be without an admin but for it.</summary>
internal sealed record HeldMembership(Guid OrgId, string Slug, string Role, bool NeedsCaller);
