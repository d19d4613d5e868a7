using System.Text.Json;
using System.Text.Json.Nodes;
using Tenantry.Migrations.Evidence;
using Tenantry.Migrations.Fleet;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Transfer;

/// <summary>
/// What was exported of a tenant, when, by whom and with which hashes. It names no person and no org but by its opaque id, and holds
/// no data. Its members keep their names and meanings; <see cref="FormatVersion"/> rises when one changes.
/// </summary>
public sealed record ExportCertificate
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Always <c>tenantry-export-certificate</c>.</summary>
    public string Format { get; init; } = "tenantry-export-certificate";

    /// <summary>Of this record: 1.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>The org's id.</summary>
    public required Guid OrgId { get; init; }

    /// <summary>Its schema.</summary>
    public required string Schema { get; init; }

    /// <summary>When the snapshot was taken that all tables are of.</summary>
    public required DateTimeOffset ExportedAt { get; init; }

    /// <summary>Account and machine of the operator.</summary>
    public required string ExportedBy { get; init; }

    /// <summary>The version of the PostgreSQL server.</summary>
    public required string Server { get; init; }

    /// <summary>The version that the schema was at.</summary>
    public required int Version { get; init; }

    /// <summary>Each table with its rows, bytes and the SHA-256 of its data.</summary>
    public required IReadOnlyList<CertifiedTable> Tables { get; init; }

    /// <summary>SHA-256 of the archive's <c>manifest.json</c>, which has the hashes of all that is in it.</summary>
    public required string ManifestSha256 { get; init; }

    /// <summary>Certifies an export that was made.</summary>
    /// <param name="tenant">Whose data it has.</param>
    /// <param name="manifest">What the archive says of itself.</param>
    public static ExportCertificate Of(TenantRecord tenant, ExportManifest manifest) => new()
    {
        OrgId = tenant.Id,
        Schema = tenant.SchemaName,
        ExportedAt = manifest.ExportedAt,
        ExportedBy = new AuditEntry(AuditAction.OrgExported, null, tenant.Id).Origin!,
        Server = manifest.Server,
        Version = manifest.Scripts.Count,
        Tables = [.. manifest.Tables.Select(table => new CertifiedTable(table.Name, table.Rows, table.Bytes, table.Sha256))],
        ManifestSha256 = manifest.Sha256,
    };

    /// <summary>As it is kept in a file: hashed, and signed where there is a key.</summary>
    public JsonObject Seal(SigningKey? key) => SealedDocument.Seal(SealedDocument.Certificate, JsonSerializer.SerializeToNode(this, Options)!, key);
}
