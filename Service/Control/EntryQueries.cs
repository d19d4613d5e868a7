using System.Data.Common;
using Dapper;
using Tenantry.Tenancy;

namespace Tenantry.Service.Control;

/// <summary>What the rows say of a caller and an org: the control plane's counterpart of a tenant's prologue.</summary>
internal static class EntryQueries
{
    // By slug, by id, or by both, as the prologue does.
    private const string Named = "coalesce(@slug, (select n.slug from public.orgs n where n.id = @id))";

    // One query whatever the answer, so that an unknown org and one the caller is not a member of cost the same.
    private const string Find =
        $"""
        select m.org_id as OrgId, o.slug, o.name, o.revision, m.role, t.state,
               @slug::text is not null and @id::uuid is not null and o.id is distinct from @id as ambiguous
        from public.sessions s
        left join public.orgs o on o.slug = {Named}
        left join public.memberships m on m.org_id = o.id and m.user_id = s.user_id
        left join public.tenants t on t.id = m.org_id
        where s.id = @sessionId and s.ended_at is null and s.expires_at > now()
        """;

    // Whatever changes an org or its people waits here for the one before: no two see the same last admin.
    private const string Lock =
        $"""
        select o.id
        from public.sessions s
        join public.memberships m on m.user_id = s.user_id
        join public.orgs o on o.id = m.org_id
        where s.id = @sessionId and s.ended_at is null and o.slug = {Named}
        for update of o
        """;

    /// <summary>Null when the session is unknown, ended or expired.</summary>
    public static Task<EntryRow?> FindAsync(DbConnection control, Guid sessionId, TenantScope? scope, CancellationToken cancellationToken) =>
        control.QuerySingleOrDefaultAsync<EntryRow>(new CommandDefinition(Find, new { sessionId, slug = scope?.OrgSlug, id = scope?.OrgId }, cancellationToken: cancellationToken));

    public static Task LockAsync(DbConnection control, TenantScope scope, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(Lock, new { sessionId = scope.SessionId, slug = scope.OrgSlug, id = scope.OrgId }, cancellationToken: cancellationToken));
}
