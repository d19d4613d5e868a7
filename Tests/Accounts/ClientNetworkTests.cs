using System.Net;
using Tenantry.Service.Accounts;

namespace Tenantry.Tests.Accounts;

internal sealed class ClientNetworkTests
{
    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [TestCase("192.0.2.1", "::ffff:192.0.2.1", true)]
    [TestCase("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    public void A_client_is_an_IPv4_address_or_an_IPv6_network(string one, string other, bool same) =>
        Assert.That(ClientNetwork.Of(IPAddress.Parse(one)) == ClientNetwork.Of(IPAddress.Parse(other)), Is.EqualTo(same));
}
