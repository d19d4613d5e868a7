namespace Tenantry.Service.Mail;

/// <summary>What a mail says. Each has a text and an HTML part in <c>Templates</c>.</summary>
internal enum MailTemplate
{
    Invitation,
    ConfirmEmail,
    AlreadyRegistered,
    ResetPassword,
    PasswordChanged,
    ConfirmNewEmail,
    EmailChanged,
    MembershipChanged,
    OrgDeleted,
}
