using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Control;

/// <summary>Says which actions an endpoint may write to the audit log; none, for one that changes nothing the log tells of.</summary>
internal sealed record AuditedEndpoint(IReadOnlyList<AuditAction> Actions);

internal static class AuditedEndpoints
{
    public static TBuilder Logs<TBuilder>(this TBuilder endpoint, params AuditAction[] actions)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AuditedEndpoint(actions));
}
