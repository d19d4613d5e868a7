using System.CommandLine;

namespace Tenantry.Migrations.Cli;

/// <summary>The command line <c>tenantry</c>.</summary>
internal static class TenantryCli
{
    /// <summary>Runs one command and answers its <see cref="ExitCode"/>; never throws.</summary>
    /// <param name="args">As the shell split them.</param>
    /// <param name="terminal">Where to read and write.</param>
    /// <param name="cancellationToken">Ctrl-C: what is in hand is finished, the rest is left.</param>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            // No response files: an argument that begins with @ is hostile, not a file to be read.
            var parsed = CreateRoot(terminal).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0)
            {
                terminal.Err.WriteLine(Output.Printable($"{string.Join(" ", parsed.Errors.Select(error => error.Message))} See `tenantry {parsed.CommandResult.Command.Name} --help`."
                    .Replace("tenantry tenantry", "tenantry", StringComparison.Ordinal)));
                return ExitCode.Usage;
            }

            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = terminal.Out, Error = terminal.Err, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                cancellationToken);
        }
        catch (Exception error)
        {
            var (exitCode, line) = Fault.Explain(error);
            terminal.Err.WriteLine(Output.Printable(line));
            return exitCode;
        }
    }

    /// <summary>Gives a command what it does.</summary>
    public static Command Doing(this Command command, Terminal terminal, Func<Invocation, CancellationToken, Task<int>> run)
    {
        command.SetAction((parsed, cancellationToken) => run(new Invocation(parsed, terminal), cancellationToken));
        return command;
    }

    private static RootCommand CreateRoot(Terminal terminal)
    {
        var root = new RootCommand("Tenantry: a schema for each tenant, on PostgreSQL")
        {
            ListCommand.Create(terminal),
            ShowCommand.Create(terminal),
            CreateCommand.Create(terminal),
            RenameCommand.Create(terminal),
            StateCommands.CreateSuspend(terminal),
            StateCommands.CreateResume(terminal),
            RestoreCommand.Create(terminal),
            PlanCommand.Create(terminal),
            MigrateCommand.Create(terminal),
            RetryCommand.Create(terminal),
            RollbackCommand.Create(terminal),
            StatusCommand.Create(terminal),
            GenerateCommand.Create(terminal),
            LintCommand.Create(terminal),
            DriftCommand.Create(terminal),
            VerifyCommand.Create(terminal),
            LogCommand.Create(terminal),
            ReportCommand.Create(terminal),
            DropCommand.Create(terminal),
            ExportCommand.Create(terminal),
            ImportCommand.Create(terminal),
            CloneCommand.Create(terminal),
            EraseCommand.Create(terminal),
            SeedCommand.Create(terminal),
            SqlCommand.Create(terminal),
            DoctorCommand.Create(terminal),
            AuditCommand.Create(terminal),
        };
        foreach (var option in GlobalOptions.All) root.Options.Add(option);
        return root;
    }
}
