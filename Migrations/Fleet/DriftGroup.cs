namespace Tenantry.Migrations.Fleet;

/// <summary>Tenants at one version that have the same structure, and not the one that the scripts make.</summary>
/// <param name="Version">The version they are at by the registry.</param>
/// <param name="Fingerprint">MD5 of the structure; empty where the schema is empty or gone.</param>
/// <param name="Slugs">The orgs.</param>
/// <param name="Missing">What the scripts make and these lack, a line each.</param>
/// <param name="Extra">What these have and the scripts do not make.</param>
public sealed record DriftGroup(int Version, string Fingerprint, IReadOnlyList<string> Slugs, IReadOnlyList<string> Missing, IReadOnlyList<string> Extra);
