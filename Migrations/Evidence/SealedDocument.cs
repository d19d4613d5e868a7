using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tenantry.Migrations.Embedded;

namespace Tenantry.Migrations.Evidence;

/// <summary>
/// A report or a certificate as it is kept: <c>{report | certificate, sha256, signature}</c>. Hash and signature are over the
/// document's canonical form (RFC 8785), whatever the white space of the file: <c>jq -cSj .report file | sha256sum</c>.
/// </summary>
public static class SealedDocument
{
    /// <summary>The member that holds a report.</summary>
    public const string Report = "report";

    /// <summary>The member that holds a certificate.</summary>
    public const string Certificate = "certificate";

    // Read by people and programs, never put into a page as it is.
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Hashes a document, and signs it where there is a key.</summary>
    /// <param name="member"><see cref="Report"/> or <see cref="Certificate"/>.</param>
    /// <param name="document">The document; whole numbers only.</param>
    /// <param name="key">The private key; null leaves <c>signature</c> null.</param>
    public static JsonObject Seal(string member, JsonNode document, SigningKey? key)
    {
        var text = CanonicalJson.Write(document);
        return new JsonObject
        {
            [member] = JsonNode.Parse(text),
            ["sha256"] = Hash(text),
            ["signature"] = key is null ? null : new JsonObject
            {
                ["algorithm"] = SigningKey.Algorithm,
                ["keyId"] = key.Id,
                ["publicKey"] = key.PublicKey,
                ["value"] = key.Sign(text),
            },
        };
    }

    /// <summary>Writes it, readable by its owner alone, whole or not at all. A file that is there is replaced.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Its folder may not be written to.</exception>
    public static void Write(string file, JsonObject sealedDocument) => PrivateFile.Write(file, ToText(sealedDocument) + "\n");

    internal static string ToText(JsonObject sealedDocument) => sealedDocument.ToJsonString(Options);

    /// <summary>Checks hash and signature of a file.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="trusted">The key that must have signed it; null to take the one in the file, whose id is then to be compared.</param>
    /// <exception cref="FormatException">The text is no sealed document.</exception>
    public static SealCheck Check(string json, SigningKey? trusted)
    {
        var (text, hash, signature) = Take(json);
        var hashHolds = Hash(text) == hash;
        if (signature is null) return new SealCheck(hashHolds, false, null, trusted is not null);
        try
        {
            var (keyId, publicKey, value) = (Member(signature, "keyId"), Member(signature, "publicKey"), Member(signature, "value"));
            using var own = SigningKey.Parse(publicKey);
            var key = trusted ?? own;
            return new SealCheck(hashHolds, true, keyId, !(key.Id == keyId && own.Id == keyId && key.Verify(text, value)));
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            throw new FormatException("The signature cannot be read.", error);
        }
    }

    /// <summary>The document's hash as the file states it, when the document has it.</summary>
    /// <exception cref="FormatException">The text is no sealed document, or has another hash.</exception>
    internal static (JsonNode Document, string Sha256) Open(string json)
    {
        var (text, hash, _) = Take(json);
        return Hash(text) == hash ? (JsonNode.Parse(text)!, hash) : throw new FormatException("Its content has another hash than it states.");
    }

    private static (string Text, string Hash, JsonObject? Signature) Take(string json)
    {
        try
        {
            if (JsonNode.Parse(json) is JsonObject file && (file[Report] ?? file[Certificate]) is { } document && file["sha256"]?.GetValue<string>() is { } hash)
                return (CanonicalJson.Write(document), hash, file["signature"]?.AsObject());
            throw new FormatException("It is no sealed report or certificate.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("It is no sealed report or certificate.", error);
        }
    }

    private static string Member(JsonObject signature, string name) => signature[name]?.GetValue<string>() ?? throw new FormatException($"The signature has no {name}.");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
