using MailKit.Security;

namespace Tenantry.Service.Mail;

/// <summary>Section <c>Mail:Smtp</c>.</summary>
internal sealed class SmtpOptions
{
    /// <summary>Default: none.</summary>
    public string? Host { get; set; }

    /// <summary>Default 587; 465 goes with <see cref="SecureSocketOptions.SslOnConnect"/>.</summary>
    public int Port { get; set; } = 587;

    /// <summary>Default: no login.</summary>
    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>Default <see cref="SecureSocketOptions.StartTls"/>: a server that offers no encryption gets no mail.</summary>
    public SecureSocketOptions Security { get; set; } = SecureSocketOptions.StartTls;

    /// <summary>Failures within five minutes, if they are half of all, at which the server is left alone for a while. Default 4.</summary>
    public int BreakAfter { get; set; } = 4;

    /// <summary>For how long. Default 30 seconds.</summary>
    public TimeSpan BreakFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a connection is tried again at once, with backoff and jitter. Default 2.</summary>
    public int ConnectRetries { get; set; } = 2;
}
