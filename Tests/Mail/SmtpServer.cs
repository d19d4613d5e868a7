using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Tenantry.Tests.Mail;

/// <summary>An SMTP server (RFC 5321) that says what a test wants it to say.</summary>
internal sealed class SmtpServer : IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly TcpListener listener;

    public SmtpServer(int port = 0)
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    public int Connections { get; private set; }

    /// <summary>What was taken, in order, also what it then kept silent about.</summary>
    public ConcurrentQueue<(string From, string To, MimeMessage Message)> Taken { get; } = new();

    /// <summary>Every command line, as it came.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>The answer to a command, where it is not the usual one; null breaks the connection off.</summary>
    public Func<string, string, string?> Answer { get; set; } = (_, usual) => usual;

    /// <summary>Asked when a whole message has come, before it is answered.</summary>
    public Func<Task> OnTaken { get; set; } = () => Task.CompletedTask;

    public void Dispose()
    {
        stopping.Cancel();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stopping.Token);
                Connections++;
                _ = TalkAsync(client);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        var (from, to) = ("", "");
        try
        {
            var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
            if (!await SayAsync(writer, "", "220 test")) return;
            while (await reader.ReadLineAsync(stopping.Token) is { } line)
            {
                Commands.Enqueue(line);
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                if (verb == "MAIL") from = Path(line);
                if (verb == "RCPT") to = Path(line);
                if (!await SayAsync(writer, line, verb switch { "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 ok" })) return;
                if (verb == "QUIT") return;
                if (verb != "DATA") continue;
                Taken.Enqueue((from, to, await ReadMessageAsync(reader)));
                await OnTaken();
                if (!await SayAsync(writer, ".", "250 taken")) return;
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private async Task<bool> SayAsync(StreamWriter writer, string line, string usual)
    {
        if (Answer(line, usual) is not { } answer) return false;
        await writer.WriteLineAsync(answer);
        return true;
    }

    private async Task<MimeMessage> ReadMessageAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(stopping.Token) is { } line && line != ".") text.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append("\r\n");
        return await MimeMessage.LoadAsync(new MemoryStream(Encoding.Latin1.GetBytes(text.ToString())), stopping.Token);
    }

    private static string Path(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..].Split('>')[0];
}
