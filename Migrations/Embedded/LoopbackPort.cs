using System.Net;
using System.Net.Sockets;

namespace Tenantry.Migrations.Embedded;

/// <summary>Finds a port of 127.0.0.1 that nobody listens on.</summary>
internal static class LoopbackPort
{
    /// <summary>The wanted one when it is free, else one that the system picks.</summary>
    public static int Choose(int? wanted) => wanted is { } port && Probe(port) is { } free ? free : Probe(0)
        ?? throw new EmbeddedPostgresException("This machine has no free port on 127.0.0.1: close some programs, or set TENANTRY_CONNECTION.");

    private static int? Probe(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
