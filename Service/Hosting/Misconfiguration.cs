using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Tenantry.Service.Hosting;

/// <summary>A service that cannot start as it is configured: what is wrong, in one line, and the exit code. A mistake of the operator's is no crash.</summary>
internal static class Misconfiguration
{
    private const int ExitCode = 2;

    public static int Tell(IEnumerable<string> faults)
    {
        Console.Error.WriteLine($"tenantry: {string.Join(' ', faults).ReplaceLineEndings(" ")}");
        return ExitCode;
    }

    /// <summary>What the error says is wrong with a setting; null where it is about something else.</summary>
    public static IReadOnlyCollection<string>? Find(Exception error) => error switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) => [.. several.InnerExceptions.SelectMany(inner => Find(inner)!)],
        ValidationException invalid => [invalid.Message],
        // A word where a number should be.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } unreadable => [unreadable.Message],
        _ => null,
    };
}
