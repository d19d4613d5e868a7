using System.Security.Cryptography;
using System.Text;

namespace Tenantry.Migrations.Evidence;

/// <summary>
/// The key with which reports and certificates are signed: ECDSA on the curve P-256 (FIPS 186-5) over SHA-256. It is made with
/// <c>openssl ecparam -genkey -name prime256v1 -noout</c> and kept where the service is not. Thread-safe.
/// </summary>
public sealed class SigningKey : IDisposable
{
    internal const string Algorithm = "ecdsa-p256-sha256";

    private const string Curve = "1.2.840.10045.3.1.7";

    private readonly ECDsa key;

    private SigningKey(ECDsa key, bool isPrivate) => (this.key, IsPrivate) = (key, isPrivate);

    /// <summary>Whether it can sign, and not only check.</summary>
    public bool IsPrivate { get; }

    /// <summary>SHA-256 of the public key as SubjectPublicKeyInfo (RFC 5280), in lower-case hexadecimal: what a reader compares.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>The public key, PEM.</summary>
    public string PublicKey => key.ExportSubjectPublicKeyInfoPem();

    /// <summary>Reads a private key, or only a public one to check with.</summary>
    /// <param name="path">A PEM file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    /// <exception cref="ArgumentException">It holds no key on P-256.</exception>
    public static SigningKey Read(string path) => Parse(File.ReadAllText(path));

    internal static SigningKey Parse(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(false).Curve.Oid.Value == Curve) return new SigningKey(key, pem.Contains("PRIVATE KEY", StringComparison.Ordinal));
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            // Told below.
        }

        key.Dispose();
        throw new ArgumentException("This is no PEM file with an unencrypted key on the curve P-256: `openssl ecparam -genkey -name prime256v1 -noout -out evidence.key` makes one.");
    }

    /// <summary>Signs text in UTF-8; base64 of the DER form, which openssl reads.</summary>
    internal string Sign(string text) => Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    internal bool Verify(string text, string signature)
    {
        var bytes = new byte[signature.Length];
        return Convert.TryFromBase64String(signature, bytes, out var length)
            && key.VerifyData(Encoding.UTF8.GetBytes(text), bytes.AsSpan(0, length), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <inheritdoc />
    public void Dispose() => key.Dispose();
}
