using System.Globalization;

namespace Tenantry.Service.Mail;

/// <summary>A mail to one address. Its values are those that its template names, no more and no fewer.</summary>
internal sealed record OutgoingMail(string To, MailTemplate Template, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>The keys of <see cref="Values"/> that a template takes.</summary>
    public static IReadOnlyList<string> Keys(MailTemplate template) => template switch
    {
        MailTemplate.Invitation => ["org", "inviter", "role", "token", "expires"],
        MailTemplate.ConfirmEmail or MailTemplate.ResetPassword or MailTemplate.ConfirmNewEmail => ["token", "expires"],
        MailTemplate.AlreadyRegistered or MailTemplate.PasswordChanged => [],
        MailTemplate.EmailChanged => ["email"],
        MailTemplate.MembershipChanged => ["org", "change"],
        MailTemplate.OrgDeleted => ["org", "until"],
        _ => throw new ArgumentOutOfRangeException(nameof(template), template, null),
    };

    /// <summary>How a time reads in a mail.</summary>
    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>How a day reads in a mail.</summary>
    public static string Day(DateTimeOffset time) => time.ToUniversalTime().ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
