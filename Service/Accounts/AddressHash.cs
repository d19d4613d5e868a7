using System.Security.Cryptography;
using System.Text;

namespace Tenantry.Service.Accounts;

/// <summary>What is kept of an address where it need not have an account.</summary>
internal static class AddressHash
{
    public static byte[] Of(string normalizedEmail) => SHA256.HashData(Encoding.UTF8.GetBytes(normalizedEmail));
}
