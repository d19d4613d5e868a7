using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Fleet;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Transfer;

/// <summary>
/// Writes all rows of one tenant, at one moment, into one archive. What it costs depends on that tenant alone. Thread-safe.
/// </summary>
/// <param name="database">The owner's pool.</param>
public sealed class TenantExporter(OwnerDatabase database)
{
    internal const string ManifestEntry = "manifest.json";

    private static readonly string Version = typeof(TenantExporter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    internal static string EntryOf(int table) => string.Create(CultureInfo.InvariantCulture, $"tables/{table + 1:0000}.copy");

    /// <summary>
    /// Exports a tenant, a suspended or deleted one too. The file is there when it is whole, and only its owner may read it; the org's
    /// log tells of it. Whatever fails leaves no file, and a file that was there as it was.
    /// </summary>
    /// <param name="tenant">Whom to export.</param>
    /// <param name="file">Where to.</param>
    /// <param name="options">What to leave out, and whether a file that is there may be replaced.</param>
    /// <param name="progress">Told of each table when it is done.</param>
    /// <param name="cancellationToken">Stops between two buffers, with no file left.</param>
    /// <exception cref="TransferException">The tenant has no data.</exception>
    /// <exception cref="IOException">The file is there already, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Its folder may not be written to.</exception>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<ExportManifest> ExportAsync(
        TenantRecord tenant, string file, ExportOptions options, IProgress<TransferredTable>? progress, CancellationToken cancellationToken)
    {
        if (!options.Replace && File.Exists(file)) throw new IOException($"{file} is there already.");
        var unfinished = $"{file}.{Guid.CreateVersion7():N}.part";
        try
        {
            var manifest = await WriteAsync(tenant, unfinished, options, progress, cancellationToken);
            await TellAsync(tenant, manifest, cancellationToken);
            File.Move(unfinished, file, options.Replace);
            return manifest;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private async Task<ExportManifest> WriteAsync(TenantRecord tenant, string file, ExportOptions options, IProgress<TransferredTable>? progress, CancellationToken cancellationToken)
    {
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var stream = new FileStream(file, creation);
        await using var snapshot = await TenantSnapshot.TakeAsync(database, tenant, cancellationToken);
        var tables = new List<ExportedTable>();
        ExportManifest manifest;
        await using (var archive = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken))
        {
            foreach (var table in snapshot.Content.Tables)
            {
                await using var entry = await archive.CreateEntry(EntryOf(tables.Count), CompressionLevel.Fastest).OpenAsync(cancellationToken);
                var (rows, bytes, sha256) = await snapshot.CopyAsync(table, entry, cancellationToken);
                tables.Add(new ExportedTable(table.Name, table.Columns, rows, bytes, sha256));
                progress?.Report(new TransferredTable(table.Name, rows, bytes));
            }

            manifest = new ExportManifest
            {
                Format = ExportManifest.ExportFormat,
                FormatVersion = ExportManifest.NewestFormat,
                ExportedAt = snapshot.TakenAt,
                Tenantry = Version,
                Server = snapshot.Server,
                Schema = tenant.SchemaName,
                Org = options.WithoutName ? null : new ExportedOrg(tenant.Slug, tenant.Name),
                Scripts = snapshot.Content.Scripts,
                Tables = tables,
                Sequences = snapshot.Content.Sequences,
            };
            // The last to be written and the first to be read: an archive has its table of contents at its end.
            await using var last = await archive.CreateEntry(ManifestEntry, CompressionLevel.Fastest).OpenAsync(cancellationToken);
            await last.WriteAsync(manifest.Write(), cancellationToken);
        }

        stream.Flush(flushToDisk: true);
        return manifest;
    }

    // Before the file has its name: there may be a row without a file, and no file without its row.
    private async Task TellAsync(TenantRecord tenant, ExportManifest manifest, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.OrgExported, null, tenant.Id)
        {
            Details = new Dictionary<string, string>
            {
                ["tables"] = manifest.Tables.Count.ToString(CultureInfo.InvariantCulture),
                ["rows"] = manifest.Tables.Sum(table => table.Rows).ToString(CultureInfo.InvariantCulture),
                ["sha256"] = manifest.Sha256,
            },
        }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
