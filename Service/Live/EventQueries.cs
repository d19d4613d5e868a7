using Dapper;
using Tenantry.Tenancy;

namespace Tenantry.Service.Live;

/// <summary>The SQL of reading events. They are written by the statements of what they tell of.</summary>
internal static class EventQueries
{
    private const string List =
        """
        select id, at, kind, subject_id as SubjectId, actor_id as ActorId from events
        where id > @after order by id limit @limit
        """;

    public static async Task<IReadOnlyList<OrgEvent>> ListAsync(TenantConnection tenant, Guid after, int limit, CancellationToken cancellationToken) =>
        (await tenant.QueryAsync<OrgEvent>(new CommandDefinition(List, new { after, limit }, cancellationToken: cancellationToken))).AsList();
}
