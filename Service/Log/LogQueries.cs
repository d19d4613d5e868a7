using System.Data.Common;
using System.Text.Json.Nodes;
using Dapper;
using Tenantry.Service.Http;

namespace Tenantry.Service.Log;

/// <summary>The SQL of the audit log: a function of the owner's, which proves for itself that the session is an admin's of the org.</summary>
internal static class LogQueries
{
    private const string List =
        """
        select id, at, actor_id as ActorId, actor_kind as ActorKind, actor_name as Actor, action, target, origin, details
        from public.read_audit_log(@sessionId, @orgId, @after, @Action, @Actor, @since, @until, @limit)
        """;

    public static async Task<Page<LogEntry>> ListAsync(DbConnection control, Guid sessionId, Guid orgId, PageQuery page, LogFilter filter, CancellationToken cancellationToken)
    {
        var rows = await control.QueryAsync<LogRow>(new CommandDefinition(
            List,
            new { sessionId, orgId, after = page.After?.Id, filter.Action, filter.Actor, since = filter.Since?.ToUniversalTime(), until = filter.Until?.ToUniversalTime(), limit = page.Size + 1 },
            cancellationToken: cancellationToken));
        return Page<LogEntry>.Of([.. rows.Select(row => row.Entry())], page.Size, entry => entry.Id);
    }

    private sealed record LogRow(
        Guid Id, DateTime At, Guid? ActorId, string ActorKind, string? Actor, string Action, string? Target, string? Origin, string Details)
    {
        public LogEntry Entry() => new()
        {
            Id = Id,
            At = At,
            Action = Action,
            ActorId = ActorId,
            ActorKind = ActorKind,
            Actor = Actor,
            Target = Target,
            Origin = Origin,
            Details = JsonNode.Parse(Details)!.AsObject(),
        };
    }
}
