using System.ComponentModel;
using System.Diagnostics;

namespace Tenantry.Migrations.Embedded;

/// <summary>Runs a program to its end and returns what it printed.</summary>
internal static class Command
{
    private const string SessionStarter = "/usr/bin/setsid";
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    /// <param name="program">A full path, or a name to be found on PATH.</param>
    /// <param name="arguments">Passed as they are, without a shell.</param>
    /// <param name="folder">The working directory; <paramref name="user"/> must be able to enter it.</param>
    /// <param name="user">Whom to run as; null: as we are. Only root may name another.</param>
    /// <param name="cancellationToken">Ends the program and what it started.</param>
    public static async Task<CommandResult> RunAsync(
        string program, IEnumerable<string> arguments, string folder, string? user, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo(program, arguments, folder, user) };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            return new CommandResult(-1, exception.Message);
        }
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return new CommandResult(process.ExitCode, await LastWordsAsync(output) + await LastWordsAsync(errors));
    }

    private static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments, string folder, string? user)
    {
        // Ctrl-C reaches every process of the terminal's foreground group. In a session of its own, the server
        // (and the program that starts or stops it) outlives it until we are done.
        var ownSession = !OperatingSystem.IsWindows() && File.Exists(SessionStarter);
        var start = new ProcessStartInfo(ownSession ? SessionStarter : program)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (OperatingSystem.IsWindows())
            start.CreateNewProcessGroup = true;
        if (ownSession)
            start.ArgumentList.Add(program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        if (user is not null)
            start.UserName = user;
        // Messages are searched for known faults, and a variable such as PGDATA or PGPORT must not steer us.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    // On Windows the server inherits the pipes of pg_ctl, which then never end.
    private static async Task<string> LastWordsAsync(Task<string> reading)
    {
        try
        {
            return await reading.WaitAsync(LastWords, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            return "";
        }
    }
}
