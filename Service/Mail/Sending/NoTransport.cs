using MimeKit;

namespace Tenantry.Service.Mail;

/// <summary>Nothing is configured: mail waits.</summary>
internal sealed class NoTransport : IMailTransport
{
    public Task<bool> ConnectAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<MailOutcome> SendAsync(MimeMessage message) => Task.FromResult(MailOutcome.Deferred("nothing is configured that sends"));

    public Task DisconnectAsync() => Task.CompletedTask;

    public void Dispose()
    {
    }
}
