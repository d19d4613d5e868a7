using System.CommandLine;
using Tenantry.Migrations.Evidence;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Transfer;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class ExportCommand
{
    private static readonly Argument<Slug> Org = SlugArgument.Existing();
    private static readonly Argument<string> File = new("file") { Description = "The file to write" };
    private static readonly Option<bool> Force = new("--force") { Description = "Replace a file that is there" };
    private static readonly Option<bool> WithoutName = new("--without-name") { Description = "Leave the org's slug and name out of the file" };

    private static readonly Option<string?> Certificate = new("--certificate") { Description = "Also write what was exported, with its hashes, to this file" };
    private static readonly Option<string?> Key = EvidenceKey.Option();

    public static Command Create(Terminal terminal) =>
        new Command("export", "Write all of an org's data, as they are at one moment, into a file; the audit log tells of it") { Org, File, Force, WithoutName, Certificate, Key }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var slug = invocation.Get(Org);
        var file = invocation.Get(File)!;
        OutputFile.Require(file, invocation.Get(Force));
        if (invocation.Get(Certificate) is { } certificate) OutputFile.Require(certificate, invocation.Get(Force));
        using var key = EvidenceKey.ReadPrivate(invocation, Key);
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var tenant = await Invocation.GetTenantAsync(database, slug, cancellationToken);
        var options = new ExportOptions { WithoutName = invocation.Get(WithoutName), Replace = invocation.Get(Force) };
        var total = (int)(await new TenantRegistry(database.Owner).FindDetailsAsync(slug, cancellationToken))!.Tables - 1;
        var manifest = await OutputFile.WriteAsync(() => ProgressDisplay.RunAsync(invocation, $"Exporting {slug}", total, progress =>
            new TenantExporter(database.Owner).ExportAsync(tenant, file, options, new TransferProgress(progress, total), cancellationToken)));
        if (invocation.Get(Certificate) is { } path) await OutputFile.WriteAsync(() => SealedDocument.Write(path, ExportCertificate.Of(tenant, manifest).Seal(key)));

        var (rows, bytes) = (manifest.Tables.Sum(table => table.Rows), manifest.Tables.Sum(table => table.Bytes));
        invocation.Output.Write(
            new { slug = slug.Value, schema = tenant.SchemaName, version = manifest.Scripts.Count, file, exportedAt = manifest.ExportedAt, tables = manifest.Tables.Count, rows, bytes, sha256 = manifest.Sha256 },
            output => output.Line($"{slug} is in {file}: {manifest.Tables.Count} tables, {rows} rows, {TenantView.Size(bytes)} before compression, version {manifest.Scripts.Count}."));
        return ExitCode.Done;
    }
}
