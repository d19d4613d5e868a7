using System.CommandLine;
using Tenantry.Migrations.Evidence;

namespace Tenantry.Migrations.Cli;

internal static class ReportCommand
{
    private static readonly Argument<string> File = new("file") { Description = "A report or certificate, as `audit --out`, `erase` or `export --certificate` wrote it" };
    private static readonly Option<string?> PublicKey = new("--public-key") { Description = "The key (PEM) that must have signed it; without one, compare the id that is told" };

    public static Command Create(Terminal terminal) => new("report", "Reports and certificates")
    {
        new Command("verify", "Check hash and signature of a report or certificate; exit code 1 when one does not hold") { File, PublicKey }.Doing(terminal, RunAsync),
    };

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        using var trusted = invocation.Get(PublicKey) is { } path ? EvidenceKey.Read(path, "--public-key") : null;
        var check = await InputFile.ReadAsync(invocation.Get(File)!, text => SealedDocument.Check(text, trusted), cancellationToken);
        invocation.Output.Write(
            new { holds = check.Holds, hash = check.HashHolds, signed = check.HasSignature, keyId = check.KeyId, signature = check.HasSignature ? !check.SignatureFails : (bool?)null },
            output =>
            {
                output.Line(check.HashHolds ? "Its content has the hash that it states." : "Its content was altered: it has another hash than it states.");
                output.Line(!check.HasSignature ? "It is not signed."
                    : check.SignatureFails ? "Its signature does not hold, or is another key's."
                    : trusted is null ? $"It is signed with the key {check.KeyId}: compare that with the id that you trust, or give the key with --public-key."
                    : $"It is signed with the key that you gave, {check.KeyId}.");
            });
        return check.Holds ? ExitCode.Done : ExitCode.Failed;
    }
}
