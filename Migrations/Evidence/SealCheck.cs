namespace Tenantry.Migrations.Evidence;

/// <summary>What a look at the seal of a report or certificate came to.</summary>
/// <param name="HashHolds">Whether its content has the hash that it states.</param>
/// <param name="HasSignature">Whether it has a signature.</param>
/// <param name="KeyId">By whom: the key's id; null when it is not signed.</param>
/// <param name="SignatureFails">Whether the signature is none of that key's over this content, or is missing where a key was given.</param>
public readonly record struct SealCheck(bool HashHolds, bool HasSignature, string? KeyId, bool SignatureFails)
{
    /// <summary>Whether nothing is wrong with it. An unsigned one holds unless a key was given.</summary>
    public bool Holds => HashHolds && !SignatureFails;
}
