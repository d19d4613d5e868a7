using System.CommandLine;
using Tenantry.Migrations.Erasure;
using Tenantry.Migrations.Evidence;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class EraseCommand
{
    private static readonly Argument<Slug> Org = SlugArgument.Existing();
    private static readonly SlugConfirmation Confirmation = new("erase");
    private static readonly Option<string> Certificate = new("--certificate") { Description = "The file to write that says what was erased", Required = true };
    private static readonly Option<bool> Force = new("--force") { Description = "Replace a certificate file that is there" };

    private static readonly Option<string?> Key = EvidenceKey.Option();

    public static Command Create(Terminal terminal) =>
        new Command("erase", "Erase an org and all its data at once and for good, and certify it") { Org, Certificate, Force, Confirmation.Option, Key }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (slug, file) = (invocation.Get(Org), invocation.Get(Certificate)!);
        Confirmation.Require(invocation, slug);
        OutputFile.Require(file, invocation.Get(Force));
        using var key = EvidenceKey.ReadPrivate(invocation, Key);
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var tenant = await new TenantRegistry(database.Owner).FindAsync(slug, cancellationToken);
        var certificate = tenant is null ? await FindAsync(database, slug, cancellationToken) : await EraseAsync(invocation, database, tenant, cancellationToken);
        Write(file, slug, certificate, key);
        invocation.Output.Write(
            new
            {
                slug = slug.Value,
                schema = certificate.Schema,
                state = "erased",
                before = tenant is null,
                erasedAt = certificate.ErasedAt,
                tables = certificate.Tables.Count,
                rows = certificate.Rows,
                bytes = certificate.Bytes,
                certificate = file,
                sha256 = certificate.ComputeSha256(),
            },
            output => output.Line(tenant is null
                ? $"{slug} was erased before; its certificate is in {file} again."
                : $"{slug} is erased: {certificate.Tables.Count} tables, {certificate.Rows} rows, {TenantView.Size(certificate.Bytes)}. The certificate is in {file}."));
        return ExitCode.Done;
    }

    // So that a certificate whose file was lost, or never written, can be had again.
    private static async Task<ErasureCertificate> FindAsync(TenantryDatabase database, Slug slug, CancellationToken cancellationToken) =>
        await new TenantEraser(database.Owner).FindCertificateAsync(slug, cancellationToken)
            ?? throw CommandException.Failed($"There is no org {slug}: `tenantry list` shows those there are.");

    private static async Task<ErasureCertificate> EraseAsync(Invocation invocation, TenantryDatabase database, TenantRecord tenant, CancellationToken cancellationToken)
    {
        SlugConfirmation.Ask(invocation, invocation.Get(Org), $"This erases {tenant.Slug} and all its data at once and for good.");
        return await ErasureRun.EraseAsync(invocation, database, tenant, cancellationToken);
    }

    private static void Write(string file, Slug slug, ErasureCertificate certificate, SigningKey? key)
    {
        try
        {
            SealedDocument.Write(file, certificate.Seal(key));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"{slug} is erased and its certificate could not be written ({error.Message}): run the command again with another file.");
        }
    }
}
