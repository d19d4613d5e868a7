using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Tenantry.Bench.Neighbours;

/// <summary>
/// A loud neighbour as a process of its own, which gives way to all others: one machine has to do for the callers and the service.
/// It sends so many requests a second, whatever becomes of them, on as many connections as it has, and at the end says what it was told.
/// </summary>
internal sealed class Flood : IAsyncDisposable
{
    public const string Command = "--flood";
    private const int Connections = 250, Beat = 10;

    private readonly Process process;

    private Flood(Process process) => this.process = process;

    public static Flood Start(Uri address, string token, string path, int perSecond)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Flood).Assembly.Location, Command, address.Authority, token, path, perSecond.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // The service is what has to deal with it, not the processor.
        start.Environment["DOTNET_PROCESSOR_COUNT"] = "1";
        var process = Process.Start(start)!;
        process.PriorityClass = ProcessPriorityClass.BelowNormal;
        return new Flood(process);
    }

    /// <summary>Ends it: how many it sent, how many were served, and how many refused, a second.</summary>
    public async Task<(double Sent, double Served, double Refused)> EndAsync(CancellationToken cancellationToken)
    {
        process.StandardInput.Close();
        var told = (await process.StandardOutput.ReadToEndAsync(cancellationToken)).Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        await process.WaitForExitAsync(cancellationToken);
        return (told[0], told[1], told[2]);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>What the process does, until its input ends.</summary>
    public static async Task RunAsync(string authority, string token, string path, int perSecond)
    {
        var (host, port) = (authority.Split(':')[0], int.Parse(authority.Split(':')[1], CultureInfo.InvariantCulture));
        var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {token}\r\n\r\n");
        var counts = new long[3];
        var idle = new ConcurrentQueue<Socket>();
        var sockets = new List<Socket>();
        for (var i = 0; i < Connections; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(host, port);
            sockets.Add(socket);
            idle.Enqueue(socket);
        }

        // The console reads while its caller waits.
        var ended = Task.Run(Console.In.ReadToEnd);
        var started = Stopwatch.GetTimestamp();
        for (long scheduled = 0; !ended.IsCompleted; await Task.Delay(Beat))
        {
            var due = (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond);
            // What no connection is free for is not made up for later.
            for (; scheduled < due && idle.TryDequeue(out var socket); scheduled++)
            {
                counts[0]++;
                _ = AskAsync(socket, request, counts, idle);
            }

            scheduled = due;
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.Write(string.Join(' ', counts.Select(count => (count / seconds).ToString(CultureInfo.InvariantCulture))));
        foreach (var socket in sockets) socket.Dispose();
    }

    private static async Task AskAsync(Socket socket, byte[] request, long[] counts, ConcurrentQueue<Socket> idle)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            await socket.SendAsync(request);
            var read = 0;
            do
            {
                var more = await socket.ReceiveAsync(buffer.AsMemory(read));
                if (more == 0) return;
                read += more;
            }
            while (!IsWhole(buffer.AsSpan(0, read)));
            Interlocked.Increment(ref counts[buffer["HTTP/1.1 ".Length] == (byte)'2' ? 1 : 2]);
            idle.Enqueue(socket);
        }
        catch (SocketException)
        {
            // The service or this process ends.
        }
        catch (ObjectDisposedException)
        {
            // So it does.
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        if (answer.IndexOf("\r\n\r\n"u8) is not (>= 0 and var end)) return false;
        var length = answer[..end].IndexOf("Content-Length: "u8);
        if (length < 0) return answer.EndsWith("\r\n0\r\n\r\n"u8);
        length += "Content-Length: ".Length;
        return answer.Length >= end + 4 + int.Parse(answer[length..(length + answer[length..].IndexOf((byte)'\r'))], CultureInfo.InvariantCulture);
    }
}
