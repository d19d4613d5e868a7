using System.Text.Json;
using Tenantry.Migrations.Cli;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Cli;

/// <summary>One run of the command line, in this process.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Err)
{
    /// <summary>What was written to stdout; fails when that is not JSON and nothing else.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public static Task<CliRun> RunAsync(TestDatabase database, params string[] args) => RunAsync(database.AdminConnection, args);

    public static Task<CliRun> RunAsync(string connection, params string[] args) =>
        RunAsync([.. args, "--connection", connection], new StringReader(""), false, new StringWriter(), CancellationToken.None);

    /// <summary>At a terminal, where somebody types an answer.</summary>
    public static Task<CliRun> AnswerAsync(TestDatabase database, string answer, params string[] args) =>
        RunAsync([.. args, "--connection", database.AdminConnection], new StringReader(answer + "\n"), true, new StringWriter(), CancellationToken.None);

    public static async Task<CliRun> RunAsync(string[] args, TextReader input, bool interactive, StringWriter err, CancellationToken cancellationToken)
    {
        var output = new StringWriter();
        var exitCode = await TenantryCli.RunAsync(args, new Terminal(input, output, err, interactive), cancellationToken);
        return new CliRun(exitCode, output.ToString(), err.ToString());
    }
}
