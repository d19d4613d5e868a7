using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Tenantry.Migrations.Embedded;

/// <summary>The server process that a data folder names in <c>postmaster.pid</c>; it may be dead, or never have been one.</summary>
internal sealed record Postmaster(int ProcessId, DateTimeOffset Started, int Port)
{
    private const int StartLine = 2;
    private const int PortLine = 3;

    // PostgreSQL notes its own start in seconds; the system's record of it shifts when the clock is set.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    public static string FileIn(string dataFolder) => Path.Combine(dataFolder, "postmaster.pid");

    /// <summary>Null when there is no file, or not yet a whole one.</summary>
    public static Postmaster? Find(string dataFolder)
    {
        try
        {
            var lines = File.ReadAllLines(FileIn(dataFolder));
            return lines.Length > PortLine
                && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var process)
                && long.TryParse(lines[StartLine], CultureInfo.InvariantCulture, out var seconds)
                && int.TryParse(lines[PortLine], CultureInfo.InvariantCulture, out var port)
                    ? new Postmaster(Math.Abs(process), DateTimeOffset.FromUnixTimeSeconds(seconds), port)
                    : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>What the process of that id is today.</summary>
    public PostmasterState State()
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);
            if (IsZombie() || !process.ProcessName.StartsWith("postgres", StringComparison.OrdinalIgnoreCase))
                return PostmasterState.Other;
            var started = new DateTimeOffset(process.StartTime.ToUniversalTime(), TimeSpan.Zero);
            return (started - Started).Duration() < Tolerance ? PostmasterState.Running : PostmasterState.Doubtful;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return PostmasterState.Gone;
        }
        catch (Win32Exception)
        {
            return PostmasterState.Doubtful;
        }
    }

    // In a container whose first process does not reap, a killed server stays in the process table.
    private bool IsZombie()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{ProcessId}/stat"));
            return stat[(stat.LastIndexOf(')') + 1)..].TrimStart().StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
