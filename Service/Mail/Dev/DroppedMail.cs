using Microsoft.Extensions.Options;
using MimeKit;

namespace Tenantry.Service.Mail;

/// <summary>The folder that mail is dropped into in Development. Named by ids only, so that no path leads out of it.</summary>
internal sealed class DroppedMail(IOptions<MailOptions> options)
{
    private const int Shown = 100;

    public string? Folder => options.Value.Folder;

    /// <summary>The newest first; ids are in the order of time.</summary>
    public IReadOnlyList<Guid> ListIds() => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*.eml").Select(file => Guid.TryParseExact(Path.GetFileNameWithoutExtension(file), "N", out var id) ? id : Guid.Empty)
            .Where(id => id != Guid.Empty).OrderByDescending(id => id.ToString("N"), StringComparer.Ordinal).Take(Shown)]
        : [];

    public string? FindPath(Guid id) => Folder is not null && Path.Combine(Path.GetFullPath(Folder), $"{id:N}.eml") is var path && File.Exists(path) ? path : null;

    public async Task<MimeMessage?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return FindPath(id) is { } path ? await MimeMessage.LoadAsync(path, cancellationToken) : null;
        }
        // Removed meanwhile, or somebody else's file.
        catch (Exception error) when (error is IOException or FormatException)
        {
            return null;
        }
    }
}
