using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Tenantry.Migrations.Bootstrap;

namespace Tenantry.Tests.Tenancy;

/// <summary>
/// Stands between client and server and counts how often the client speaks and then waits: round trips. Can be cut, as a server that stops is.
/// </summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<IDisposable, bool> open = new();
    private readonly CancellationTokenSource stop = new();
    private readonly string server;
    private readonly int serverPort;
    private int roundTrips;
    private int lastSpeaker;
    private int connections;
    private volatile bool down;
    private volatile Loss? loss;
    private volatile byte[]? lastWords;

    public CountingProxy(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        (server, serverPort) = (builder.Host!, builder.Port);
        listener.Start();
        (builder.Host, builder.Port) = ("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        ConnectionString = builder.ConnectionString;
        _ = AcceptAsync();
    }

    public string ConnectionString { get; }

    public int RoundTrips => Volatile.Read(ref roundTrips);

    /// <summary>How often a client has connected, let in or not.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Settings of a service whose every login goes this way.</summary>
    public (string Key, string Value)[] Through(DatabaseLogins logins) =>
        [("ConnectionStrings:Data", Through(logins.Data)), ("ConnectionStrings:Control", Through(logins.Control)), ("ConnectionStrings:Owner", Through(logins.Owner))];

    /// <summary>Loses the connection of the next client that says this, once: with what it says, or only with what is answered.</summary>
    public void Lose(string said, bool heard) => loss = new Loss(System.Text.Encoding.ASCII.GetBytes(said), heard);

    /// <summary>Loses the connection of the next client to whom the server says this, once, right after that.</summary>
    public void LoseAfter(string answered) => lastWords = System.Text.Encoding.ASCII.GetBytes(answered);

    /// <summary>Whether that has happened.</summary>
    public bool HasLost => loss is null && lastWords is null;

    private string Through(string login)
    {
        var here = new NpgsqlConnectionStringBuilder(ConnectionString);
        return new NpgsqlConnectionStringBuilder(login) { Host = here.Host, Port = here.Port }.ConnectionString;
    }

    /// <summary>Asked before what either side says (1 the client, 2 the server) is passed on; false cuts the connection instead.</summary>
    public Func<int, ReadOnlyMemory<byte>, Task<bool>>? Passes { get; set; }

    /// <summary>Cuts every connection and takes no new one, or takes them again.</summary>
    public void SetDown(bool value)
    {
        down = value;
        if (!value) return;
        foreach (var connection in open.Keys) connection.Dispose();
        open.Clear();
    }

    public ValueTask DisposeAsync()
    {
        stop.Cancel();
        listener.Dispose();
        stop.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Interlocked.Increment(ref connections);
                if (down)
                {
                    client.Dispose();
                    continue;
                }

                if (await FindServerAsync() is not { } upstream)
                {
                    client.Dispose();
                    continue;
                }

                var downstream = client.GetStream();
                open[client] = open[upstream] = true;
                // Cut while this one was being made.
                if (down)
                {
                    client.Dispose();
                    await upstream.DisposeAsync();
                    continue;
                }

                var lost = new CancellationTokenSource();
                _ = PumpAsync(downstream, upstream, speaker: 1, lost);
                _ = PumpAsync(upstream, downstream, speaker: 2, lost);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    // Null when it is down.
    private async Task<Stream?> FindServerAsync()
    {
        try
        {
            return await ConnectAsync();
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private async Task<Stream> ConnectAsync()
    {
        var unix = server.StartsWith('/');
        var socket = new Socket(unix ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        await socket.ConnectAsync(unix ? new UnixDomainSocketEndPoint($"{server}/.s.PGSQL.{serverPort}") : new DnsEndPoint(server, serverPort, AddressFamily.InterNetwork), stop.Token);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task PumpAsync(Stream from, Stream to, int speaker, CancellationTokenSource lost)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await from.ReadAsync(buffer, stop.Token)) > 0;)
            {
                if (lost.IsCancellationRequested) return;
                if (speaker == 1 && loss is { } due && buffer.AsSpan(0, read).IndexOf(due.Said) >= 0)
                {
                    loss = null;
                    await lost.CancelAsync();
                    if (!due.Heard) return;
                }

                if (speaker == 2 && lastWords is { } words && buffer.AsSpan(0, read).IndexOf(words) is >= 0 and var at)
                {
                    lastWords = null;
                    await to.WriteAsync(buffer.AsMemory(0, at + words.Length), stop.Token);
                    return;
                }

                if (Interlocked.Exchange(ref lastSpeaker, speaker) != speaker && speaker == 1) Interlocked.Increment(ref roundTrips);
                if (Passes is { } passes && !await passes(speaker, buffer.AsMemory(0, read))) break;
                await to.WriteAsync(buffer.AsMemory(0, read), stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One side is gone.
        }
        finally
        {
            await to.DisposeAsync();
        }
    }

    private sealed record Loss(byte[] Said, bool Heard);
}
