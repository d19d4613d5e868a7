using System.Text.Json;

namespace Tenantry.Migrations.Evidence;

/// <summary>The report before: by its hash no report can be put in between, or in the other's place.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Sha256">Its hash.</param>
/// <param name="FinishedAt">When it was made.</param>
/// <param name="Verdict">What it came to.</param>
public sealed record PreviousReport(Guid Id, string Sha256, DateTimeOffset FinishedAt, string Verdict)
{
    /// <summary>Reads it, and the heads of the audit log that it fixed.</summary>
    /// <exception cref="FormatException">The text is no report, or was altered.</exception>
    public static (PreviousReport Report, IReadOnlyList<ChainHead> Heads) Read(string json)
    {
        var (document, sha256) = SealedDocument.Open(json);
        try
        {
            var read = document.Deserialize<Fields>(JsonSerializerOptions.Web)!;
            return (new PreviousReport(read.Id, sha256, read.FinishedAt, read.Verdict), read.Log?.Heads ?? []);
        }
        catch (JsonException error)
        {
            throw new FormatException("It is no report.", error);
        }
    }

    private sealed record Fields
    {
        public required Guid Id { get; init; }

        public required DateTimeOffset FinishedAt { get; init; }

        public required string Verdict { get; init; }

        public AuditLogState? Log { get; init; }
    }
}
