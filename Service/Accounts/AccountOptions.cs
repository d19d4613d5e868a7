using System.ComponentModel.DataAnnotations;
using Tenantry.Service.Accounts.Issuers;

namespace Tenantry.Service.Accounts;

/// <summary>Section <c>Accounts</c>.</summary>
internal sealed class AccountOptions
{
    public const string Section = "Accounts";

    /// <summary>Whether a login needs a confirmed address. Default: yes, unless the environment is Development.</summary>
    public bool? RequireConfirmedEmail { get; set; }

    /// <summary>How long an access token lasts. Default 15 minutes; its session may end before.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a session lasts, refreshed or not. Default 14 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Failed logins in a row that lock an address out. Default 5.</summary>
    [Range(1, 1000)]
    public int LockoutAfter { get; set; } = 5;

    /// <summary>How long it stays locked out. Default 15 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LockoutFor { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a token that confirms an address is good. Default 1 day.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan ConfirmationLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a token that sets a new password is good. Default 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan ResetLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Mails of one kind that anybody can have sent to one address within an hour. Default 5; more are not sent, and nobody is told.</summary>
    [Range(1, 1000)]
    public int MailsPerHour { get; set; } = 5;

    /// <summary>Outside OIDC issuers whose tokens are taken as bearer tokens. Default none.</summary>
    public List<IssuerOptions> Issuers { get; set; } = [];

    /// <summary>How often expired sessions, tokens, counts and idempotency keys are taken away. Default 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long an expired session's row is kept. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan KeepExpiredSessions { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long the control plane's idempotency keys are good. Default 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan KeepIdempotencyKeys { get; set; } = TimeSpan.FromHours(24);

    /// <summary>What an authenticator app shows beside the address. Default <c>Tenantry</c>.</summary>
    [Required, StringLength(64)]
    public string AuthenticatorName { get; set; } = "Tenantry";

    /// <summary>Requests a minute that one client address may send to the account routes. Default 60; 600 in Development.</summary>
    [Range(1, 1_000_000)]
    public int? RequestsPerMinute { get; set; }
}
