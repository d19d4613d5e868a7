namespace Tenantry.Migrations.Cli;

/// <summary>Ends a command with an exit code and one line that says what to do.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static CommandException Usage(string message) => new(Cli.ExitCode.Usage, message);

    public static CommandException Failed(string message) => new(Cli.ExitCode.Failed, message);
}
