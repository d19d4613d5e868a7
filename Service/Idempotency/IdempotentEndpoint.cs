namespace Tenantry.Service.Idempotency;

/// <summary>Marks endpoints whose POST honours an <c>Idempotency-Key</c>.</summary>
internal sealed record IdempotentEndpoint
{
    public static readonly IdempotentEndpoint Mark = new();
}
