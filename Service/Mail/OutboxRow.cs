namespace Tenantry.Service.Mail;

/// <summary>A mail that this sender has a lease on. The number of its attempts tells it from a lease taken later.</summary>
internal sealed record OutboxRow(Guid Id, string Recipient, string Template, string Body, int Attempts, DateTime CreatedAt, TimeSpan Age);
