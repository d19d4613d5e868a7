using Spectre.Console;

namespace Tenantry.Migrations.Cli;

/// <summary>What a command reads and writes: results to <paramref name="Out"/>, everything else to <paramref name="Err"/>.</summary>
/// <param name="In">Answers to questions, and statements for <c>sql</c>.</param>
/// <param name="Out">Results only, so that they can be piped.</param>
/// <param name="Err">Progress and errors.</param>
/// <param name="Interactive">Whether a person sits there, who sees progress bars and can be asked.</param>
internal sealed record Terminal(TextReader In, TextWriter Out, TextWriter Err, bool Interactive)
{
    // A pipe has no width; tables are then as wide as their content.
    private const int Unbounded = 10_000;

    public static Terminal OfThisProcess() =>
        new(Console.In, Console.Out, Console.Error, !Console.IsInputRedirected && !Console.IsErrorRedirected);

    public static IAnsiConsole Spectre(TextWriter writer, bool noColor)
    {
        var plain = noColor || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        var output = new AnsiConsoleOutput(writer);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = output,
            Ansi = output.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = plain || !output.IsTerminal ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (!output.IsTerminal) console.Profile.Width = Unbounded;
        return console;
    }
}
