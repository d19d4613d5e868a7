using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tenantry.Migrations.Embedded;

namespace Tenantry.Migrations.Erasure;

/// <summary>The one place where a certificate becomes a file: the certificate, its hash, and room for a signature.</summary>
public static class CertificateFile
{
    // Read by people, never put into a page.
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes <c>{certificate, sha256, signature}</c>, readable by its owner alone and whole or not at all. The hash is that of the
    /// canonical form of <c>certificate</c>, whatever the white space here. A file that is there is replaced.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written; the certificate is in the audit log and can be had again.</exception>
    /// <exception cref="UnauthorizedAccessException">Its folder may not be written to.</exception>
    public static void Write(string file, ErasureCertificate certificate) => PrivateFile.Write(file, new JsonObject
    {
        ["certificate"] = JsonNode.Parse(certificate.ToCanonicalJson()),
        ["sha256"] = certificate.ComputeSha256(),
        ["signature"] = null,
    }.ToJsonString(Options) + "\n");
}
