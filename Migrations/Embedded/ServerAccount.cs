namespace Tenantry.Migrations.Embedded;

/// <summary>
/// Who runs the server. PostgreSQL refuses to run as root, so for root it is <c>postgres</c> or <c>nobody</c>;
/// anyone else runs it under their own name.
/// </summary>
internal sealed class ServerAccount
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Traversable = Private
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private ServerAccount(string? user) => User = user;

    public static bool WeAreRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>Null: the server runs as we do.</summary>
    public string? User { get; }

    public static async Task<ServerAccount> FindAsync(CancellationToken cancellationToken)
    {
        if (!WeAreRoot)
            return new ServerAccount(null);
        foreach (var name in new[] { "postgres", "nobody" })
        {
            if ((await Command.RunAsync("id", ["-u", name], "/", null, cancellationToken)).Succeeded)
                return new ServerAccount(name);
        }
        throw new EmbeddedPostgresException(
            "PostgreSQL refuses to run as root and this machine has neither a user postgres nor a user nobody: run as an ordinary user, or set TENANTRY_CONNECTION.");
    }

    /// <summary>Makes a folder of ours that the server's account can pass through.</summary>
    public void CreateOurs(string folder)
    {
        var isNew = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        if (isNew && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, User is null ? Private : Traversable);
    }

    /// <summary>Makes a folder that belongs to the server's account, and to nobody else.</summary>
    public async Task CreateTheirsAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, Private);
        await GiveAsync(folder, cancellationToken);
        if (User is not null && !(await Command.RunAsync("test", ["-w", folder], "/", User, cancellationToken)).Succeeded)
        {
            throw new EmbeddedPostgresException(
                $"The user {User}, who runs the server because PostgreSQL refuses to run as root, cannot reach {folder}: choose another folder with TENANTRY_DATA, or let others pass its parents (chmod o+x).");
        }
    }

    /// <summary>Hands a file or folder over to the server's account.</summary>
    public async Task GiveAsync(string path, CancellationToken cancellationToken)
    {
        if (User is null)
            return;
        var result = await Command.RunAsync("chown", [User, path], "/", null, cancellationToken);
        if (!result.Succeeded)
            throw new EmbeddedPostgresException($"Cannot give {path} to the user {User} ({result.Reason}): choose another folder with TENANTRY_DATA.");
    }
}
