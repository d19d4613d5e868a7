using System.Data.Common;
using Dapper;
using Tenantry.Tenancy;

namespace Tenantry.Service.Orgs;

/// <summary>The SQL of orgs, on the control plane. Every query joins the caller's membership: who is none finds nothing.</summary>
internal static class OrgQueries
{
    private const string Mine =
        """
        select o.id, o.slug, o.name, m.role, o.created_at as CreatedAt, o.updated_at as UpdatedAt, o.revision
        from public.memberships m
        join public.orgs o on o.id = m.org_id
        join public.tenants t on t.id = o.id
        where m.user_id = @userId and t.state <> 'deleting'
        """;

    private const string List = Mine + "\norder by o.slug";
    private const string Find = Mine + "\nand o.slug = @slug";

    private const string Update =
        """
        update public.orgs set name = @name, slug = @slug, updated_at = now(), revision = revision + 1
        where id = @id and not exists (
            select from public.former_slugs f where f.slug = @slug and f.org_id <> @id and f.reserved_until > now())
        """;

    private const string Delete =
        "update public.tenants set state = 'deleting', deleted_at = now() where id = @id returning deleted_at + interval '30 days'";

    public static async Task<IReadOnlyList<Org>> ListAsync(DbConnection control, Guid userId, CancellationToken cancellationToken) =>
        (await control.QueryAsync<Org>(new CommandDefinition(List, new { userId }, cancellationToken: cancellationToken))).AsList();

    public static Task<Org?> FindAsync(DbConnection control, Guid userId, Slug slug, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<Org>(new CommandDefinition(Find, new { userId, slug = slug.Value }, cancellationToken: cancellationToken));

    /// <summary>False when the slug is kept for another org.</summary>
    public static async Task<bool> UpdateAsync(DbConnection control, Guid id, string name, Slug slug, CancellationToken cancellationToken) =>
        await control.ExecuteAsync(new CommandDefinition(Update, new { id, name, slug = slug.Value }, cancellationToken: cancellationToken)) > 0;

    /// <summary>Puts an org out of everybody's reach; answers until when its data are kept.</summary>
    public static async Task<DateTimeOffset> DeleteAsync(DbConnection control, Guid id, CancellationToken cancellationToken) =>
        await control.QuerySingleAsync<DateTime>(new CommandDefinition(Delete, new { id }, cancellationToken: cancellationToken));
}
