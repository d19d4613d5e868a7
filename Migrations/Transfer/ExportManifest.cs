using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tenantry.Migrations.Transfer;

/// <summary>
/// What an export says of itself, as <c>manifest.json</c> in its archive. Its hashes find what was damaged; against somebody who
/// makes an archive to deceive they are no proof, and an import trusts no name in it.
/// </summary>
public sealed record ExportManifest
{
    internal const string ExportFormat = "tenantry-export";
    internal const int NewestFormat = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Always <c>tenantry-export</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Of the archive: 1. A reader refuses a higher one.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>When the snapshot was taken that all tables are of.</summary>
    public required DateTimeOffset ExportedAt { get; init; }

    /// <summary>The version of Tenantry that wrote it.</summary>
    public required string Tenantry { get; init; }

    /// <summary>The version of the PostgreSQL server it is from.</summary>
    public required string Server { get; init; }

    /// <summary>The schema it is from, which tells nothing of whose it was.</summary>
    public required string Schema { get; init; }

    /// <summary>The org; null where it was left out.</summary>
    public ExportedOrg? Org { get; init; }

    /// <summary>The scripts that the schema had had, in order: its version is their number.</summary>
    public required IReadOnlyList<ExportedScript> Scripts { get; init; }

    /// <summary>All tables but the journal of migrations; the first one's rows are the entry <c>tables/0001.copy</c>, and so on.</summary>
    public required IReadOnlyList<ExportedTable> Tables { get; init; }

    /// <summary>All sequences.</summary>
    public required IReadOnlyList<ExportedSequence> Sequences { get; init; }

    /// <summary>SHA-256 of the manifest, and so of all that it has the hashes of: names this export in the org's log.</summary>
    [JsonIgnore]
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Write()));

    internal byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <exception cref="TransferException">It is not the manifest of an export that this version reads.</exception>
    internal static ExportManifest Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<ExportManifest>(json, Options);
            if (manifest?.Format != ExportFormat) throw new TransferException("This is no export of Tenantry.");
            if (manifest.FormatVersion > NewestFormat) throw new TransferException("The export was written by a newer Tenantry: import it with that.");
            // A null in a list passes for whatever the list is of.
            if (((IEnumerable<object?>)[.. manifest.Scripts, .. manifest.Tables, .. manifest.Sequences]).Contains(null) || manifest.Tables.Any(table => table.Columns.Contains(null!)))
                throw new JsonException("A list has a gap.");
            return manifest;
        }
        catch (JsonException error)
        {
            throw new TransferException("The manifest of the export is damaged.", error);
        }
    }
}
