using System.Data.Common;
using Dapper;
using Tenantry.Service.Http;

namespace Tenantry.Service.Members;

/// <summary>The SQL of memberships, on the control plane. Every query names the org that the caller was proved to be in.</summary>
internal static class MemberQueries
{
    private const string Members =
        """
        select m.user_id as UserId, u.name, u.email, m.role, m.created_at as JoinedAt, m.revision
        from public.memberships m
        join public.users u on u.id = m.user_id
        where m.org_id = @orgId
        """;

    private const string List = Members + "\nand (@after::uuid is null or m.user_id > @after) order by m.user_id limit @limit";
    private const string Find = Members + "\nand m.user_id = @userId";

    private const string ListAddresses =
        "select u.email from public.memberships m join public.users u on u.id = m.user_id where m.org_id = @orgId order by u.id";

    private const string HasAddress =
        """
        select exists (
            select from public.memberships m join public.users u on u.id = m.user_id
            where m.org_id = @orgId and u.normalized_email = @normalizedEmail)
        """;

    private const string HasOtherAdmin =
        "select exists (select from public.memberships where org_id = @orgId and role = 'admin' and user_id <> @userId)";

    private const string Add =
        "insert into public.memberships (org_id, user_id, role) values (@orgId, @userId, @role) on conflict (org_id, user_id) do nothing";

    private const string Update =
        "update public.memberships set role = @role, revision = revision + 1 where org_id = @orgId and user_id = @userId";

    private const string Delete = "delete from public.memberships where org_id = @orgId and user_id = @userId";

    public static async Task<Page<Member>> ListAsync(DbConnection control, Guid orgId, PageQuery page, CancellationToken cancellationToken)
    {
        var rows = await control.QueryAsync<Member>(new CommandDefinition(
            List, new { orgId, after = page.After?.Id, limit = page.Size + 1 }, cancellationToken: cancellationToken));
        return Page<Member>.Of(rows.AsList(), page.Size, member => member.UserId);
    }

    public static Task<Member?> FindAsync(DbConnection control, Guid orgId, Guid userId, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<Member>(new CommandDefinition(Find, new { orgId, userId }, cancellationToken: cancellationToken));

    public static async Task<IReadOnlyList<string>> ListAddressesAsync(DbConnection control, Guid orgId, CancellationToken cancellationToken) =>
        (await control.QueryAsync<string>(new CommandDefinition(ListAddresses, new { orgId }, cancellationToken: cancellationToken))).AsList();

    public static Task<bool> HasAddressAsync(DbConnection control, Guid orgId, string normalizedEmail, CancellationToken cancellationToken) =>
        control.ExecuteScalarAsync<bool>(new CommandDefinition(HasAddress, new { orgId, normalizedEmail }, cancellationToken: cancellationToken));

    /// <summary>Whether the org has an admin besides this user. It stays true only while the org's row is locked.</summary>
    public static Task<bool> HasOtherAdminAsync(DbConnection control, Guid orgId, Guid userId, CancellationToken cancellationToken) =>
        control.ExecuteScalarAsync<bool>(new CommandDefinition(HasOtherAdmin, new { orgId, userId }, cancellationToken: cancellationToken));

    /// <summary>False when the user is a member already.</summary>
    public static async Task<bool> AddAsync(DbConnection control, Guid orgId, Guid userId, string role, CancellationToken cancellationToken) =>
        await control.ExecuteAsync(new CommandDefinition(Add, new { orgId, userId, role }, cancellationToken: cancellationToken)) > 0;

    public static Task UpdateAsync(DbConnection control, Guid orgId, Guid userId, string role, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(Update, new { orgId, userId, role }, cancellationToken: cancellationToken));

    public static Task DeleteAsync(DbConnection control, Guid orgId, Guid userId, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(Delete, new { orgId, userId }, cancellationToken: cancellationToken));
}
