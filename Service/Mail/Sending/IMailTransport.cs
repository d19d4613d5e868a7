using MimeKit;

namespace Tenantry.Service.Mail;

/// <summary>Where mail goes: a server, a folder, or nowhere yet. Used by one sender at a time.</summary>
internal interface IMailTransport : IDisposable
{
    /// <summary>False when no mail can be taken now.</summary>
    Task<bool> ConnectAsync(CancellationToken cancellationToken);

    Task<MailOutcome> SendAsync(MimeMessage message);

    Task DisconnectAsync();
}
