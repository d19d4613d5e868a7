using MailKit.Net.Smtp;
using Microsoft.Extensions.Options;
using MimeKit;
using Polly.CircuitBreaker;

namespace Tenantry.Service.Mail;

/// <summary>Sends over one SMTP connection, kept for as long as there is mail.</summary>
internal sealed class SmtpTransport(IOptions<MailOptions> options, SmtpPipelines pipelines) : IMailTransport
{
    private SmtpClient? client;

    public async Task<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        if (client is { IsConnected: true }) return true;
        try
        {
            await pipelines.Connecting.ExecuteAsync(async token => await OpenAsync(options.Value.Smtp, token), cancellationToken);
            return true;
        }
        catch (Exception error) when (error is BrokenCircuitException || SmtpPipelines.IsOfConnection(error))
        {
            return false;
        }
    }

    public async Task<MailOutcome> SendAsync(MimeMessage message)
    {
        try
        {
            await pipelines.Sending.ExecuteAsync(async token => await client!.SendAsync(message, token), CancellationToken.None);
            return MailOutcome.Sent;
        }
        // The sender refused, or a login asked for, is our configuration's fault; that gets mended, and the mail shall not be lost.
        catch (SmtpCommandException error) when ((int)error.StatusCode >= 500 && error.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted)
        {
            return MailOutcome.Refused($"{(int)error.StatusCode} {error.Message}");
        }
        catch (SmtpCommandException error)
        {
            if (SmtpPipelines.IsOfConnection(error)) Close();
            return MailOutcome.Deferred($"{(int)error.StatusCode} {error.Message}");
        }
        catch (Exception error) when (error is BrokenCircuitException || SmtpPipelines.IsOfConnection(error))
        {
            // Whether it arrived is unknown.
            Close();
            return MailOutcome.Deferred(error.Message);
        }
    }

    public async Task DisconnectAsync()
    {
        if (client is null) return;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await client.DisconnectAsync(quit: true, limit.Token);
        }
        catch (Exception error) when (error is OperationCanceledException || SmtpPipelines.IsOfConnection(error))
        {
            // It was to end anyhow.
        }

        Close();
    }

    public void Dispose() => Close();

    private async Task OpenAsync(SmtpOptions smtp, CancellationToken cancellationToken)
    {
        Close();
        client = new SmtpClient();
        try
        {
            await client.ConnectAsync(smtp.Host!, smtp.Port, smtp.Security, cancellationToken);
            if (smtp.User is not null) await client.AuthenticateAsync(smtp.User, smtp.Password!, cancellationToken);
        }
        // It greets with a refusal, offers no encryption, or no login.
        catch (Exception error) when (error is SmtpCommandException or NotSupportedException)
        {
            throw new IOException(error.Message, error);
        }
    }

    private void Close()
    {
        client?.Dispose();
        client = null;
    }
}
