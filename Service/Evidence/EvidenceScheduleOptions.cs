using System.ComponentModel.DataAnnotations;

namespace Tenantry.Service.Evidence;

/// <summary>Section <c>Evidence</c>.</summary>
internal sealed class EvidenceScheduleOptions
{
    public const string Section = "Evidence";

    /// <summary>How often the report is made; null, the default, for never.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "31.00:00:00")]
    public TimeSpan? Every { get; set; }

    /// <summary>Where each report is kept as a JSON file; null, the default, for nowhere.</summary>
    public string? Folder { get; set; }

    /// <summary>The private key (PEM, P-256) that it is signed with; null, the default, for none.</summary>
    public string? Key { get; set; }
}
