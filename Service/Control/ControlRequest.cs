using System.Data.Common;
using Tenantry.Service.Hosting;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Control;

/// <summary>
/// A request on the control plane: its connection, its caller, whose session lives, and the org that it is in, if the endpoint
/// is in one. A writing request is in a transaction, which its filter commits.
/// </summary>
internal sealed class ControlRequest(RequestOrigin origin)
{
    private DbConnection? connection;
    private Caller? caller;
    private ControlOrg? org;

    public DbConnection Connection => connection ?? throw Unprepared();

    public DbTransaction? Transaction { get; private set; }

    public Caller Caller => caller ?? throw Unprepared();

    /// <summary>Null on an endpoint with LoadOrg whose caller is in no org.</summary>
    public ControlOrg? FoundOrg => org;

    public ControlOrg Org => org ?? throw new InvalidOperationException("The endpoint is in no org: map it with RequireMember or RequireAdmin.");

    public void Begin(DbConnection opened, DbTransaction? transaction, Caller who, ControlOrg? where) =>
        (connection, Transaction, caller, org) = (opened, transaction, who, where);

    /// <summary>Tells the log, in the transaction of the change.</summary>
    public Task LogAsync(AuditAction action, string? target, CancellationToken cancellationToken, params (string Name, string Value)[] details) =>
        LogInAsync(org?.Id, action, target, cancellationToken, details);

    /// <summary>Tells the log of an org that the endpoint itself is not in.</summary>
    public Task LogInAsync(Guid? orgId, AuditAction action, string? target, CancellationToken cancellationToken, params (string Name, string Value)[] details) =>
        AuditLog.AppendAsync(
            Transaction ?? throw Unprepared(),
            new AuditEntry(action, Caller.UserId, orgId, target) { Origin = origin.Address, Details = details.ToDictionary(detail => detail.Name, detail => detail.Value) },
            cancellationToken);

    private static InvalidOperationException Unprepared() => new("The endpoint is not on the control plane, or its method does not write: map it with OnControlPlane.");
}
