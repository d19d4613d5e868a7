using System.CommandLine;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Transfer;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class ImportCommand
{
    private static readonly Argument<string> File = new("file") { Description = "What `tenantry export` wrote" };
    private static readonly Argument<Slug> New = SlugArgument.New("newslug");
    private static readonly Option<string> Admin = NewOrgOptions.Admin(required: true);
    private static readonly Option<string> Name = NewOrgOptions.Name(required: false);

    public static Command Create(Terminal terminal) =>
        new Command("import", "Make an org of an exported one's data, taken to the newest version") { File, New, Admin, Name }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (file, slug, email) = (invocation.Get(File)!, invocation.Get(New), invocation.Get(Admin)!);
        if (!System.IO.File.Exists(file)) throw CommandException.Usage($"There is no file {file}.");
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var importer = new TenantImporter(database.Owner, database.TenantScripts, database.TenantLogins);
        var (result, accountMade) = await ReadAsync(async () =>
        {
            var manifest = await importer.ReadManifestAsync(file, cancellationToken);
            var name = invocation.Get(Name) ?? (manifest.Org is { } org && NewOrgOptions.IsName(org.Name) ? org.Name : slug.Value);
            return await ProgressDisplay.RunAsync(invocation, $"Importing {slug}", manifest.Tables.Count, progress =>
                OrgAdmission.MakeAsync(
                    database, slug, email, admin => importer.ImportAsync(file, new NewOrg(slug, name.Trim(), admin, null), new TransferProgress(progress, manifest.Tables.Count), cancellationToken),
                    made => made.Outcome, cancellationToken));
        });
        TransferOutcome.Write(invocation, slug, email, accountMade, result, $"from {file}");
        return ExitCode.Done;
    }

    private static async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"The file cannot be read: {error.Message}");
        }
    }
}
