using System.ComponentModel.DataAnnotations;

namespace Tenantry.Service.Invitations;

/// <summary>Section <c>Invitations</c>.</summary>
internal sealed class InvitationOptions
{
    public const string Section = "Invitations";

    /// <summary>How long an invitation can be accepted after it was sent. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Invitations an hour, sent again or for the first time, of one org, and of one caller in all orgs. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int PerHour { get; set; } = 100;

    /// <summary>Requests a minute that one client address may send to the routes that take a token. Default 60; 600 in Development.</summary>
    [Range(1, 1_000_000)]
    public int? TokensPerMinute { get; set; }
}
