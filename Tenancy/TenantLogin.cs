using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>
/// The passwords of tenants' own logins: HMAC-SHA-256 of the login's name, keyed by the data login's password, so that whoever
/// has the one arrives at the others without storing any.
/// </summary>
internal static class TenantLogin
{
    /// <exception cref="InvalidOperationException">The data login's connection string has no password.</exception>
    public static string PasswordFor(SchemaName schema, string dataConnection) => Convert.ToBase64String(
        HMACSHA256.HashData(KeyOf(dataConnection), Encoding.UTF8.GetBytes("tenantry login " + schema.Login)));

    public static string ConnectionFor(SchemaName schema, string dataConnection) => new NpgsqlConnectionStringBuilder(dataConnection)
    {
        Username = schema.Login,
        Password = PasswordFor(schema, dataConnection),
        // A tenant that is not asked for gives its connections back soon.
        ConnectionIdleLifetime = 30,
        ConnectionPruningInterval = 10,
        MinPoolSize = 0,
    }.ConnectionString;

    /// <summary>Tells whether two keys are the same and nothing else of them.</summary>
    public static string FingerprintOf(string dataConnection) => Convert.ToHexStringLower(
        Rfc2898DeriveBytes.Pbkdf2(KeyOf(dataConnection), "tenantry login key"u8, 100_000, HashAlgorithmName.SHA256, 16));

    private static byte[] KeyOf(string dataConnection) => new NpgsqlConnectionStringBuilder(dataConnection).Password is { Length: > 0 } password
        ? Encoding.UTF8.GetBytes(password)
        : throw new InvalidOperationException("Tenancy:DataLogins=PerTenant needs a password in the data login's connection string, from which the tenants' are derived.");
}
