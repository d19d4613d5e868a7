namespace Tenantry.Service.Mail;

/// <summary>What became of an attempt.</summary>
internal enum MailFate
{
    Sent,
    Deferred,
    Refused,
}

internal sealed record MailOutcome(MailFate Fate, string Reason)
{
    public static MailOutcome Sent { get; } = new(MailFate.Sent, "");

    /// <summary>It may go another time.</summary>
    public static MailOutcome Deferred(string reason) => new(MailFate.Deferred, reason);

    /// <summary>It will not go, however often it is tried.</summary>
    public static MailOutcome Refused(string reason) => new(MailFate.Refused, reason);
}
