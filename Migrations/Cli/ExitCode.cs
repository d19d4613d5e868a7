namespace Tenantry.Migrations.Cli;

/// <summary>What a command's end means to whoever called it.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Something failed or was found.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or configuration: nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl-C, as shells count it: 128 and the number of SIGINT.</summary>
    public const int Interrupted = 130;
}
