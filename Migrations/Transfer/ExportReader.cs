using System.IO.Compression;

namespace Tenantry.Migrations.Transfer;

/// <summary>
/// An export that is being read. Nothing is unpacked to disk, and no name in it is a path: entries are known by their numbers.
/// </summary>
internal sealed class ExportReader : IAsyncDisposable
{
    private const int MostManifestBytes = 16 * 1024 * 1024;

    private readonly ZipArchive archive;

    private ExportReader(ZipArchive archive, ExportManifest manifest) => (this.archive, Manifest) = (archive, manifest);

    public ExportManifest Manifest { get; }

    public TenantContent Content => new(Manifest.Scripts, [.. Manifest.Tables.Select(table => new TenantTable(table.Name, table.Columns))], Manifest.Sequences);

    /// <exception cref="TransferException">It is no export, or one that is not whole.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<ExportReader> OpenAsync(string file, CancellationToken cancellationToken)
    {
        var stream = new FileStream(file, new FileStreamOptions { Options = FileOptions.Asynchronous });
        ZipArchive? archive = null;
        try
        {
            archive = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, cancellationToken);
            var manifest = await ReadManifestAsync(archive, cancellationToken);
            var entries = Enumerable.Range(0, manifest.Tables.Count).Select(TenantExporter.EntryOf).Append(TenantExporter.ManifestEntry);
            if (!archive.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal).SequenceEqual(entries.Order(StringComparer.Ordinal), StringComparer.Ordinal))
                throw new TransferException("The export does not hold the tables that its manifest names.");
            return new ExportReader(archive, manifest);
        }
        catch (Exception error)
        {
            if (archive is not null) await archive.DisposeAsync();
            await stream.DisposeAsync();
            if (error is InvalidDataException) throw new TransferException("This is no export of Tenantry, or one that is damaged or cut off.", error);
            throw;
        }
    }

    /// <summary>Carries a table's rows into a stream.</summary>
    /// <exception cref="TransferException">They are not those that the manifest tells of.</exception>
    public async Task<CopyTotals> CopyAsync(int table, Stream to, CancellationToken cancellationToken)
    {
        var expected = Manifest.Tables[table];
        try
        {
            await using var entry = await archive.GetEntry(TenantExporter.EntryOf(table))!.OpenAsync(cancellationToken);
            var totals = await CopyStream.PumpAsync(entry, to, expected.Bytes, cancellationToken);
            if (totals == new CopyTotals(expected.Rows, expected.Bytes, expected.Sha256)) return totals;
        }
        catch (InvalidDataException error)
        {
            throw new TransferException($"The rows of {expected.Name} are damaged.", error);
        }

        throw new TransferException($"The rows of {expected.Name} are not those that were exported: the file is damaged or was edited.");
    }

    public ValueTask DisposeAsync() => archive.DisposeAsync();

    private static async Task<ExportManifest> ReadManifestAsync(ZipArchive archive, CancellationToken cancellationToken)
    {
        var entry = archive.GetEntry(TenantExporter.ManifestEntry) ?? throw new TransferException("This is no export of Tenantry: it has no manifest.");
        // Not as long as the entry says that it is: as long as it is.
        var buffer = new byte[MostManifestBytes + 1];
        await using var stream = await entry.OpenAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MostManifestBytes) throw new TransferException("The manifest of the export is damaged: it is too long.");
        return ExportManifest.Read(buffer.AsSpan(0, length));
    }
}
