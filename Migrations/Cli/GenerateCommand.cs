using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Cli;

internal static partial class GenerateCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "What it does, such as create_notes or add_color_to_projects" };
    private static readonly Option<bool> Shared = new("--shared") { Description = "For the shared schema instead of each tenant's" };
    private static readonly Option<string?> Folder = new("--folder") { Description = "Where; else Scripts:Tenant or Scripts:Host, else Migrations/Scripts of the source tree" };

    static GenerateCommand() => Name.Validators.Add(result =>
    {
        if (!Form().IsMatch(result.Tokens.Single().Value)) result.AddError($"'{Output.Printable(result.Tokens.Single().Value)}' is not a script's name: it has words of a-z and 0-9 with _ between them, such as create_notes.");
    });

    public static Command Create(Terminal terminal) =>
        new Command("generate", "Write the next numbered script, and its way back, from a template") { Name, Shared, Folder }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var shared = invocation.Get(Shared);
        var folder = FindFolder(invocation, shared);
        int next;
        try { next = ScriptSet.FromFolder(folder).Newest + 1; }
        catch (ArgumentException error) { throw CommandException.Usage(error.Message); }

        var name = $"{next.ToString("0000", CultureInfo.InvariantCulture)}_{invocation.Get(Name)}";
        var (up, down) = ScriptTemplate.For(invocation.Get(Name)!, shared);
        var files = new[] { Path.Combine(folder, name + ".sql"), Path.Combine(folder, name + ".down.sql") };
        await WriteNewAsync(files[0], up, cancellationToken);
        await WriteNewAsync(files[1], down, cancellationToken);
        invocation.Output.Write(new { version = next, files }, output =>
        {
            foreach (var file in files) output.Line(file);
        });
        return ExitCode.Done;
    }

    private static string FindFolder(Invocation invocation, bool shared)
    {
        var given = invocation.Get(Folder) ?? DatabaseSelection.ReadConfiguration()[shared ? "Scripts:Host" : "Scripts:Tenant"];
        if (!string.IsNullOrWhiteSpace(given)) return Directory.Exists(given) ? given : throw CommandException.Usage($"There is no folder {given}.");
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "Migrations", "Scripts", shared ? "Shared" : "Tenant") is var found && Directory.Exists(found)) return found;
        throw CommandException.Usage("There is no folder Migrations/Scripts here or above: give --folder.");
    }

    // Never over one that is there.
    private static async Task WriteNewAsync(string file, string text, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(new FileStream(file, FileMode.CreateNew));
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9]*(_[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
