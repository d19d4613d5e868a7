namespace Tenantry.Service.Hosting;

/// <summary>Ends a service that cannot be run as configured: one line on standard error, with everything that is wrong.</summary>
internal static class Misconfiguration
{
    private const int ExitCode = 2;

    public static int Tell(IEnumerable<string> faults)
    {
        Console.Error.WriteLine($"tenantry: {string.Join(' ', faults).ReplaceLineEndings(" ")}");
        return ExitCode;
    }
}
