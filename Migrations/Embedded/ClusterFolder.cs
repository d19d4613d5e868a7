using System.Globalization;
using System.Security.Cryptography;

namespace Tenantry.Migrations.Embedded;

/// <summary>
/// The files of one cluster, <c>pg15</c> and the like in the data directory: one per major version, because
/// PostgreSQL cannot open the files of another. Ours are the lock, the password, the port and the users; the
/// server's are <c>data</c>, <c>log</c> and <c>socket</c>.
/// </summary>
internal sealed class ClusterFolder(string data, int major, ServerAccount account)
{
    private const string Prefix = "pg";

    // The path of a socket has at most 107 bytes on Linux and 103 on macOS, with the name of the socket itself.
    private const int LongestSocketFolder = 103 - 22;

    public string Path { get; } = System.IO.Path.Combine(data, Prefix + major.ToString(CultureInfo.InvariantCulture));

    public string Data => In("data");

    public string New => In("new");

    public string Logs => In("log");

    public string Log => System.IO.Path.Combine(Logs, "server.log");

    public string Users => In("users");

    public string Settings => In("tenantry.conf");

    public string Lock => In("lock");

    public ServerAccount Account => account;

    public bool IsInitialised => File.Exists(System.IO.Path.Combine(Data, "PG_VERSION"));

    /// <summary>The major version of the cluster that was started last, or null when there is none.</summary>
    public static int? LastUsedMajor(string data) => !Directory.Exists(data) ? null : Directory
        .EnumerateFiles(data, "port", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
        .OrderByDescending(File.GetLastWriteTimeUtc)
        .Select(file => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(file))!)
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(name => int.TryParse(name[Prefix.Length..], CultureInfo.InvariantCulture, out var found) ? (int?)found : null)
        .FirstOrDefault(found => found is not null);

    /// <summary>Makes the folders and checks that the cluster is ours to use.</summary>
    public void Open()
    {
        account.CreateOurs(data);
        account.CreateOurs(Path);
        var owner = $"{Environment.UserName} {account.User ?? Environment.UserName}";
        var recorded = Read("owner");
        if (recorded is not null && recorded != owner)
        {
            throw new EmbeddedPostgresException(
                $"{Path} was made by the user {recorded.Split(' ')[0]}, and you are {Environment.UserName}: run as that user, or choose another folder with TENANTRY_DATA.");
        }
        if (recorded is null) Write("owner", owner);
        account.CreateOurs(Users);
    }

    public string GetPassword() => Read("password")
        ?? throw new EmbeddedPostgresException($"{In("password")} is missing, so nobody can log in to the data in {Path}: restore it, or move {Path} away to start afresh.");

    public string WriteNewPassword()
    {
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        Write("password", password);
        return password;
    }

    public int? FindPort() => int.TryParse(Read("port"), CultureInfo.InvariantCulture, out var port) ? port : null;

    public void WritePort(int port) => Write("port", port.ToString(CultureInfo.InvariantCulture));

    /// <summary>The folder of the Unix socket, or null on Windows: in the cluster, else, when that path is too long, a short one.</summary>
    public string? FindSocketFolder()
    {
        if (OperatingSystem.IsWindows())
            return null;
        var own = In("socket");
        return System.Text.Encoding.UTF8.GetByteCount(own) <= LongestSocketFolder ? own : Read("socket-folder");
    }

    public async Task<string?> PrepareSocketFolderAsync(CancellationToken cancellationToken)
    {
        var folder = FindSocketFolder();
        if (OperatingSystem.IsWindows())
            return null;
        // Never a guessable name in a folder that everyone may write to: somebody else could be listening there.
        if (folder is null || (folder != In("socket") && !Directory.Exists(folder)))
        {
            folder = Directory.CreateTempSubdirectory("tenantry-").FullName;
            Write("socket-folder", folder);
        }
        await account.CreateTheirsAsync(folder, cancellationToken);
        return folder;
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private string? Read(string name) => File.Exists(In(name)) ? File.ReadAllText(In(name)).Trim() : null;

    private void Write(string name, string text) => PrivateFile.Write(In(name), text);
}
