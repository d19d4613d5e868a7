using System.CommandLine;
using System.Globalization;
using Tenantry.Migrations.Evidence;

namespace Tenantry.Migrations.Cli;

internal static class LogCommand
{
    private static readonly Option<string?> Against = new("--against") { Description = "A report, as `audit --out` wrote it: the log must still have all that it had" };

    public static Command Create(Terminal terminal) => new("log", "The audit log")
    {
        new Command("verify", "Compute the audit log's chains anew; exit code 1 when a row was altered or taken away") { Against }.Doing(terminal, RunAsync),
    };

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var before = invocation.Get(Against) is { } file ? (await InputFile.ReadAsync(file, PreviousReport.Read, cancellationToken)).Heads : [];
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var (state, faults) = await new AuditLogVerifier(database.Owner).VerifyAsync(before, cancellationToken);
        invocation.Output.Write(new { chains = state.Chains, rows = state.Rows, head = state.Head, broken = state.Broken, faults }, output =>
        {
            if (faults.Count > 0)
                output.Table(["Chain", "Row", "Fault"], faults.Select(fault => new[] { fault.Chain.ToString(), fault.Position.ToString(CultureInfo.InvariantCulture), fault.Kind }));
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{state.Rows} rows in {state.Chains} chains, {state.Broken} broken. Head of all: {state.Head}"));
        });
        return faults.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }
}
