using System.ComponentModel.DataAnnotations;

namespace Tenantry.Service.Provisioning;

/// <summary>Section <c>Provisioning</c>.</summary>
internal sealed class ProvisioningOptions
{
    public const string Section = "Provisioning";

    /// <summary>How many schemas all instances together keep ready for the next orgs. Default 2; with 0 each org's is made when the org is.</summary>
    [Range(0, 100)]
    public int Warm { get; set; } = 2;

    /// <summary>How often that is looked after when no org is made here, and the longest pause after a failure. Default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan FillEvery { get; set; } = TimeSpan.FromMinutes(1);
}
