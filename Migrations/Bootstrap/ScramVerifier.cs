using System.Security.Cryptography;
using System.Text;

namespace Tenantry.Migrations.Bootstrap;

/// <summary>
/// The form in which PostgreSQL stores a password (SCRAM-SHA-256, RFC 5802 and 7677). Made here, so that no password
/// ever stands in a statement, where the server's log or <c>pg_stat_activity</c> would show it.
/// </summary>
internal static class ScramVerifier
{
    private const int Iterations = 4096;

    public static string For(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }
}
