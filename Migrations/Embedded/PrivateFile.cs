namespace Tenantry.Migrations.Embedded;

/// <summary>Writes small files that only we may read, and that a crash leaves either old or new.</summary>
internal static class PrivateFile
{
    public static void Write(string path, string text)
    {
        // A name of its own: two processes may write one file at once, and either's text will do.
        var unfinished = $"{path}.{Guid.CreateVersion7():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
    }
}
