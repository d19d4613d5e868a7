using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Tenantry.Migrations.Bootstrap;

/// <summary>The connection strings of one database: the admin's, when there is one, and the four logins that bootstrap makes.</summary>
/// <param name="Admin">May make roles; needed by bootstrap only. Null where it is kept from this process.</param>
/// <param name="Owner">Owns schemas and tables: migrations and provisioning.</param>
/// <param name="Control">The control plane: people and orgs in <c>public</c>.</param>
/// <param name="Data">The data plane: may take a tenant's role and nothing else.</param>
/// <param name="Auditor">Catalogs and the non-personal columns of <c>public</c>.</param>
public sealed partial record DatabaseLogins(string? Admin, string Owner, string Control, string Data, string Auditor)
{
    /// <summary>
    /// The logins that belong to an admin's connection string: <c>&lt;database&gt;_owner</c> and so on, on the same server.
    /// Their passwords are derived from the admin's (PBKDF2, SHA-256), so that every process that is given the one
    /// connection string arrives at the same four without storing any.
    /// </summary>
    /// <exception cref="DatabaseConfigurationException">The string names no database, an unusable one, or no password.</exception>
    public static DatabaseLogins DeriveFrom(string adminConnection)
    {
        NpgsqlConnectionStringBuilder admin;
        try { admin = new NpgsqlConnectionStringBuilder(adminConnection); }
        catch (ArgumentException error) { throw new DatabaseConfigurationException($"The connection string cannot be read: {error.Message}"); }

        if (string.IsNullOrEmpty(admin.Database) || !DatabaseName().IsMatch(admin.Database))
            throw new DatabaseConfigurationException("The connection string must name a database of 1 to 50 characters a-z, 0-9 and _ that starts with a letter (Database=tenantry).");
        if (string.IsNullOrEmpty(admin.Password))
            throw new DatabaseConfigurationException("The connection string has no password to derive the logins' from: give one, or set ConnectionStrings:Owner, Control, Data and Auditor one by one.");

        string Login(string name)
        {
            var login = $"{admin.Database}_{name}";
            var key = Rfc2898DeriveBytes.Pbkdf2(admin.Password, Encoding.UTF8.GetBytes("tenantry " + login), 100_000, HashAlgorithmName.SHA256, 24);
            return new NpgsqlConnectionStringBuilder(adminConnection) { Username = login, Password = Convert.ToBase64String(key) }.ConnectionString;
        }

        return new DatabaseLogins(adminConnection, Login("owner"), Login("control"), Login("data"), Login("auditor"));
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,49}\z", RegexOptions.CultureInvariant)]
    private static partial Regex DatabaseName();
}
