namespace Tenantry.Tenancy;

/// <summary>The database refused a command entry to an org; nothing of the command was run.</summary>
public sealed class TenantRefusedException : Exception
{
    internal TenantRefusedException(TenantRefusal reason, Exception inner)
        : base($"The database refused entry to the org: {reason}.", inner) => Reason = reason;

    /// <summary>Why.</summary>
    public TenantRefusal Reason { get; }
}
