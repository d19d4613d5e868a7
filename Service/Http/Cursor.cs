using System.Buffers.Text;

namespace Tenantry.Service.Http;

/// <summary>The place after which a page begins: the last id of the page before, opaque to callers.</summary>
public readonly record struct Cursor(Guid Id) : IParsable<Cursor>
{
    public static Cursor Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var cursor) ? cursor : throw new FormatException("Not a cursor.");

    public static bool TryParse(string? s, IFormatProvider? provider, out Cursor result)
    {
        Span<byte> bytes = stackalloc byte[16];
        var whole = s is { Length: 22 } && Base64Url.IsValid(s) && Base64Url.TryDecodeFromChars(s, bytes, out var length) && length == 16;
        result = whole ? new(new Guid(bytes, bigEndian: true)) : default;
        return whole;
    }

    public override string ToString() => Base64Url.EncodeToString(Id.ToByteArray(bigEndian: true));
}
