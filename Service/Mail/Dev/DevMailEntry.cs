using MimeKit;

namespace Tenantry.Service.Mail;

internal sealed record DevMailEntry(Guid Id, MimeMessage Message);
