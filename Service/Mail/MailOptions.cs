using System.ComponentModel.DataAnnotations;

namespace Tenantry.Service.Mail;

/// <summary>Section <c>Mail</c>. Without <c>Smtp:Host</c> and without <c>Folder</c> mail waits in the outbox.</summary>
internal sealed class MailOptions
{
    public const string Section = "Mail";

    /// <summary>Who the mail is from, such as <c>Tenantry &lt;no-reply@example.com&gt;</c>. Needed to send; in Development there is a default.</summary>
    public string? From { get; set; }

    /// <summary>The server that takes the mail.</summary>
    public SmtpOptions Smtp { get; set; } = new();

    /// <summary>Instead of a server: the folder that mail is dropped into. Default in Development without a server: <c>mail</c> beside the embedded server's data.</summary>
    public string? Folder { get; set; }

    /// <summary>Where people reach the service, or its front end. Default http://localhost:5080.</summary>
    public string AppUrl { get; set; } = "http://localhost:5080";

    /// <summary>Where the links in mail lead.</summary>
    public MailLinks Links { get; set; } = new();

    /// <summary>Whether this instance sends. Default true; with false it only writes to the outbox, and another must send.</summary>
    public bool Sends { get; set; } = true;

    /// <summary>How often the outbox is looked into. Default 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a connection, or one mail, may take. Default 30 seconds; shorter than <see cref="Lease"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long a sender has a mail to itself; if it dies, another takes the mail after that. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "1.00:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The wait after a mail's first failure, which doubles with each. Default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait between two attempts. Default 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetryAtMost { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Attempts after which a mail is given up. A server that is not reached costs none. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int Attempts { get; set; } = 100;

    /// <summary>The age at which a mail that fails once more is given up. Default 3 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "60.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(3);

    /// <summary>How long the record of a mail is kept, once sent or given up. Default 30 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The age of waiting mail at which <c>/health/ready</c> says so. Default 15 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "60.00:00:00")]
    public TimeSpan LateAfter { get; set; } = TimeSpan.FromMinutes(15);
}
