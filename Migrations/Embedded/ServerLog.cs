namespace Tenantry.Migrations.Embedded;

/// <summary>What the server logs from one point in time on.</summary>
internal sealed class ServerLog
{
    private const long Largest = 10_000_000;

    private readonly string path;
    private readonly long begin;

    private ServerLog(string path, long begin)
    {
        this.path = path;
        this.begin = begin;
    }

    /// <summary>Before a start: a large log is set aside, over the one set aside before.</summary>
    public static ServerLog Begin(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists && file.Length > Largest)
            File.Move(path, path + ".old", overwrite: true);
        file.Refresh();
        return new ServerLog(path, file.Exists ? file.Length : 0);
    }

    public string ReadNew()
    {
        if (!File.Exists(path))
            return "";
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = Math.Min(begin, stream.Length);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
