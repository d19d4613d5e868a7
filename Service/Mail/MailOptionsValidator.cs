using Microsoft.Extensions.Options;
using MimeKit;

namespace Tenantry.Service.Mail;

/// <summary>What annotations cannot say. Every fault is named at once, with its key.</summary>
internal sealed class MailOptionsValidator : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        var faults = Find(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Find(MailOptions options)
    {
        var smtp = options.Smtp;
        var sends = smtp.Host is not null || options.Folder is not null;
        if (options.From is null && sends) yield return "Mail:From is missing: set it to an address such as 'Tenantry <no-reply@example.com>'.";
        if (options.From is not null && !(MailboxAddress.TryParse(options.From, out var from) && from.Domain.Length > 0))
            yield return $"Mail:From is no address with a domain: '{options.From}'.";
        if (smtp.Host is not null && options.Folder is not null) yield return "Mail:Smtp:Host and Mail:Folder exclude each other: set one.";
        if (!IsWeb(options.AppUrl)) yield return $"Mail:AppUrl is no absolute http or https address: '{options.AppUrl}'.";
        foreach (var (key, pattern) in options.Links.All)
            if (pattern is not null && !(pattern.Contains("{token}", StringComparison.Ordinal) && IsWeb(MailAction.Fill(pattern, options.AppUrl, "x"))))
                yield return $"Mail:Links:{key} must make an http or https address and contain {{token}}: '{pattern}'.";
        if (options.Lease <= options.SendTimeout) yield return "Mail:Lease must be longer than Mail:SendTimeout.";
        if (smtp.Port is < 1 or > 65535) yield return "Mail:Smtp:Port must be between 1 and 65535.";
        if (smtp.User is null != smtp.Password is null) yield return "Mail:Smtp:User and Mail:Smtp:Password go together.";
        if (smtp.User is not null && smtp.Security is MailKit.Security.SecureSocketOptions.None or MailKit.Security.SecureSocketOptions.StartTlsWhenAvailable)
            yield return "Mail:Smtp:Security would let the password travel in clear: use StartTls or SslOnConnect.";
        if (smtp.BreakAfter < 2) yield return "Mail:Smtp:BreakAfter must be 2 or more.";
        if (smtp.BreakFor < TimeSpan.FromSeconds(0.5) || smtp.BreakFor > TimeSpan.FromDays(1)) yield return "Mail:Smtp:BreakFor must be between half a second and a day.";
        if (smtp.ConnectRetries is < 0 or > 10) yield return "Mail:Smtp:ConnectRetries must be between 0 and 10.";
    }

    private static bool IsWeb(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
