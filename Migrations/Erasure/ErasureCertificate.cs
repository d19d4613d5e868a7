using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tenantry.Migrations.Evidence;

namespace Tenantry.Migrations.Erasure;

/// <summary>
/// What was erased of a tenant, when, by whom and where; and what is left. It names no person and no org but by its opaque id.
/// Its members keep their names and meanings; <see cref="FormatVersion"/> rises when one changes.
/// </summary>
public sealed record ErasureCertificate
{
    internal const string CertificateFormat = "tenantry-erasure-certificate";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Always <c>tenantry-erasure-certificate</c>.</summary>
    public string Format { get; init; } = CertificateFormat;

    /// <summary>Of this record: 1.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>The org's id, which is never used again.</summary>
    public required Guid OrgId { get; init; }

    /// <summary>The schema that is gone.</summary>
    public required string Schema { get; init; }

    /// <summary>The role that is gone.</summary>
    public required string Role { get; init; }

    /// <summary>The version that the schema was at.</summary>
    public required int Version { get; init; }

    /// <summary>When the org went out of reach.</summary>
    public required DateTimeOffset DeletedAt { get; init; }

    /// <summary>When its tables were measured and the first was dropped.</summary>
    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>When all was gone.</summary>
    public required DateTimeOffset ErasedAt { get; init; }

    /// <summary>Account and machine of the operator who finished it.</summary>
    public required string ErasedBy { get; init; }

    /// <summary>Where.</summary>
    public required ErasingServer Server { get; init; }

    /// <summary>Each table of the schema, as it was when the erasure began.</summary>
    public required IReadOnlyList<ErasedTable> Tables { get; init; }

    /// <summary>Rows in all tables together.</summary>
    public required long Rows { get; init; }

    /// <summary>Bytes of all tables together.</summary>
    public required long Bytes { get; init; }

    /// <summary>Memberships removed from the shared schema; the accounts are their people's and stay.</summary>
    public required long Memberships { get; init; }

    /// <summary>Invitations removed from it.</summary>
    public required long Invitations { get; init; }

    /// <summary>What of the org remains in the shared schema.</summary>
    public required IReadOnlyList<KeptRows> Kept { get; init; }

    /// <summary>Rows in the org's audit log before the one that tells of the erasure.</summary>
    public required long AuditRows { get; init; }

    /// <summary>The hash of the last of them, in lower-case hexadecimal: what the log said until then is fixed by it.</summary>
    public required string AuditHead { get; init; }

    /// <summary>The certificate as the bytes that are hashed, and signed where it is: JSON as RFC 8785 has it.</summary>
    public string ToCanonicalJson() => CanonicalJson.Write(JsonSerializer.SerializeToNode(this, Options)!);

    /// <summary>SHA-256 of <see cref="ToCanonicalJson"/> in UTF-8, in lower-case hexadecimal.</summary>
    public string ComputeSha256() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToCanonicalJson())));

    /// <summary>As it is kept in a file: hashed, and signed where there is a key.</summary>
    public JsonObject Seal(SigningKey? key) => SealedDocument.Seal(SealedDocument.Certificate, JsonSerializer.SerializeToNode(this, Options)!, key);

    internal static ErasureCertificate Read(string json) => JsonSerializer.Deserialize<ErasureCertificate>(json, Options)!;
}
