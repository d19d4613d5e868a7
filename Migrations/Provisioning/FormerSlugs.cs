using System.Data.Common;
using Dapper;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Provisioning;

/// <summary>Slugs that orgs gave up, by renaming or by their end.</summary>
public static class FormerSlugs
{
    private const string Reserve =
        """
        insert into public.former_slugs (slug, org_id, reserved_until) values (@slug, @orgId, now() + interval '30 days')
        on conflict (slug) do update set org_id = excluded.org_id, reserved_until = excluded.reserved_until
        """;

    /// <summary>
    /// Keeps a slug for its former org for 30 days, so that a link to the old org does not lead to a new one's. Runs in the
    /// transaction that the connection is in, of the owner or the control login.
    /// </summary>
    public static Task ReserveAsync(DbConnection connection, Guid orgId, Slug slug, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(Reserve, new { slug = slug.Value, orgId }, cancellationToken: cancellationToken));
}
