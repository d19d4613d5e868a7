using System.Data.Common;
using Dapper;
using Tenantry.Tenancy;

namespace Tenantry.Service.Control;

/// <summary>What the rows say of a caller and an org: the control plane's counterpart of a tenant's prologue.</summary>
internal static class EntryQueries
{
    // One query whatever the answer, so that an unknown org and one the caller is not a member of cost the same.
    private const string Find =
        """
        select m.org_id as OrgId, o.slug, o.name, o.revision, m.role, t.state
        from public.sessions s
        left join public.orgs o on o.slug = @slug
        left join public.memberships m on m.org_id = o.id and m.user_id = s.user_id
        left join public.tenants t on t.id = m.org_id
        where s.id = @sessionId and s.ended_at is null and s.expires_at > now()
        """;

    // Whatever changes an org or its people waits here for the one before: no two see the same last admin.
    private const string Lock =
        """
        select o.id
        from public.sessions s
        join public.memberships m on m.user_id = s.user_id
        join public.orgs o on o.id = m.org_id
        where s.id = @sessionId and s.ended_at is null and o.slug = @slug
        for update of o
        """;

    /// <summary>Null when the session is unknown, ended or expired.</summary>
    public static Task<EntryRow?> FindAsync(DbConnection control, Guid sessionId, Slug? slug, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<EntryRow>(new CommandDefinition(Find, new { sessionId, slug = slug?.Value }, cancellationToken: cancellationToken));

    public static Task LockAsync(DbConnection control, Guid sessionId, Slug slug, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(Lock, new { sessionId, slug = slug.Value }, cancellationToken: cancellationToken));
}

/// <summary>A live session, and the org if the caller is a member of it.</summary>
internal sealed record EntryRow(Guid? OrgId, string? Slug, string? Name, int? Revision, string? Role, string? State);
