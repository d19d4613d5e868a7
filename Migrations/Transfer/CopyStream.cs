using System.Buffers;
using System.Security.Cryptography;
using Npgsql;

namespace Tenantry.Migrations.Transfer;

/// <summary>The bytes of a COPY in text format, as the server sends and takes them: never decoded, never held but for one buffer.</summary>
internal static class CopyStream
{
    private const int BufferSize = 128 * 1024;

    public static async Task<NpgsqlRawCopyStream> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        Unlimited(await connection.BeginTextExportAsync(sql, cancellationToken) is StreamReader reader ? reader.BaseStream : null);

    public static async Task<NpgsqlRawCopyStream> WriteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        Unlimited(await connection.BeginTextImportAsync(sql, cancellationToken) is StreamWriter writer ? writer.BaseStream : null);

    /// <summary>Carries all of one stream into another, and tells what went through.</summary>
    /// <param name="from">Read to its end.</param>
    /// <param name="to">Written to, and left open.</param>
    /// <param name="most">Stops beyond so many bytes: what is too long is not what it says it is.</param>
    /// <param name="cancellationToken">Stops between two buffers.</param>
    public static async Task<CopyTotals> PumpAsync(Stream from, Stream to, long most, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long rows = 0, bytes = 0;
            while (bytes <= most && await from.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                // A line end inside of a value is written as \n, so that each byte 10 ends a row.
                rows += buffer.AsSpan(0, read).Count((byte)'\n');
                bytes += read;
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            return new CopyTotals(rows, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // The reader and the writer that Npgsql gives would decode; what lies under them does not. An index takes the time that it takes.
    private static NpgsqlRawCopyStream Unlimited(Stream? stream)
    {
        var raw = stream as NpgsqlRawCopyStream ?? throw new NotSupportedException("Npgsql gives no raw stream for COPY in text format any more.");
        (raw.ReadTimeout, raw.WriteTimeout) = (0, 0);
        return raw;
    }
}
