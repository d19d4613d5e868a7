namespace Tenantry.Migrations.Erasure;

/// <summary>Tells a tenant of which a part may be gone already.</summary>
internal static class BegunErasure
{
    /// <summary>The audit log's word for it.</summary>
    public const string Action = "tenant.erasure.begun";

    /// <summary>A condition on the row <c>t</c> of <c>public.tenants</c>: its erasure was begun, and maybe broken off.</summary>
    public const string Condition = $"exists (select from public.audit_log l where l.chain = t.id and l.action = '{Action}')";
}
