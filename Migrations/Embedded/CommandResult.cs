namespace Tenantry.Migrations.Embedded;

/// <summary>How a program ended and all that it printed.</summary>
internal sealed record CommandResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The line to show a person: the first that names a fault, else the last.</summary>
    public string Reason => FaultIn(Output) ?? $"exit code {ExitCode}";

    /// <summary>The first line of <paramref name="text"/> that names a fault, else the last line that is not empty.</summary>
    public static string? FaultIn(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault(line => line.Contains("FATAL:", StringComparison.Ordinal) || line.Contains("error:", StringComparison.Ordinal))
            ?? lines.LastOrDefault();
    }
}
