using System.Net;

namespace Tenantry.Service.Accounts;

/// <summary>What counts as one client: an IPv4 address, or the /64 that one IPv6 customer has all to itself.</summary>
internal static class ClientNetwork
{
    private const int NetworkBytes = 8;

    public static string Of(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes.Length > NetworkBytes ? bytes[..NetworkBytes] : bytes);
    }
}
