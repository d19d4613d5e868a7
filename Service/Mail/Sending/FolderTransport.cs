using Microsoft.Extensions.Options;
using MimeKit;

namespace Tenantry.Service.Mail;

/// <summary>Drops each mail into a folder, as <c>&lt;id&gt;.eml</c>; tried again, it is the same file.</summary>
internal sealed class FolderTransport(IOptions<MailOptions> options) : IMailTransport
{
    private readonly string folder = Path.GetFullPath(options.Value.Folder!);

    public Task<bool> ConnectAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public async Task<MailOutcome> SendAsync(MimeMessage message)
    {
        try
        {
            // What lies here holds tokens.
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var path = Path.Combine(folder, message.MessageId!.Split('@')[0] + ".eml");
            // Whoever lists the folder sees whole messages only.
            await message.WriteToAsync(path + ".part", CancellationToken.None);
            File.Move(path + ".part", path, overwrite: true);
            return MailOutcome.Sent;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return MailOutcome.Deferred(error.Message);
        }
    }

    public Task DisconnectAsync() => Task.CompletedTask;

    public void Dispose()
    {
    }
}
