namespace Tenantry.Migrations.Embedded;

/// <summary>Makes the data folder of a cluster: in a folder of its own first, renamed when it is whole.</summary>
internal static class ClusterInitialisation
{
    private const int FirstMajorWithBuiltinLocale = 17;

    public static async Task RunAsync(ClusterFolder cluster, ProgramFolder programs, CancellationToken cancellationToken)
    {
        // A crash in the middle leaves a half-made folder, in which nobody can have stored anything.
        if (Directory.Exists(cluster.New))
            Directory.Delete(cluster.New, recursive: true);
        await cluster.Account.CreateTheirsAsync(cluster.New, cancellationToken);
        await cluster.Account.CreateTheirsAsync(cluster.Logs, cancellationToken);
        var passwordFile = Path.Combine(cluster.New, "password");
        PrivateFile.Write(passwordFile, cluster.WriteNewPassword());
        await cluster.Account.GiveAsync(passwordFile, cancellationToken);

        var data = Path.Combine(cluster.New, "data");
        var result = await InitDbAsync(data, Locale(programs), cancellationToken);
        if (!result.Succeeded && result.Output.Contains("invalid locale name", StringComparison.Ordinal))
            result = await InitDbAsync(data, ["--locale=C"], cancellationToken);
        if (!result.Succeeded)
            throw new EmbeddedPostgresException($"initdb could not make a cluster in {cluster.Path} ({result.Reason}): choose another folder with TENANTRY_DATA, or {ProgramSelection.Choices}");

        // Relative, so that the data directory can be moved; ours, so that no setting passes through a shell.
        await File.AppendAllTextAsync(
            Path.Combine(data, "postgresql.conf"), $"\ninclude_if_exists '../{Path.GetFileName(cluster.Settings)}'\n", cancellationToken);
        Directory.Move(data, cluster.Data);
        Directory.Delete(cluster.New, recursive: true);

        Task<CommandResult> InitDbAsync(string folder, string[] locale, CancellationToken token) => Command.RunAsync(
            programs.InitDb,
            [
                "-D", folder, "-U", "postgres", "-E", "UTF8", "--auth=scram-sha-256", "--pwfile=" + passwordFile,
                "--data-checksums", "--no-instructions", .. locale,
            ],
            cluster.New,
            cluster.Account.User,
            token);
    }

    // Sorted by code point everywhere; upper and lower case of all of Unicode where the system knows them.
    private static string[] Locale(ProgramFolder programs) => programs.Major >= FirstMajorWithBuiltinLocale
        ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        : ["--locale=C", "--lc-ctype=C.UTF-8"];
}
