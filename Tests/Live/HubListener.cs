using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Tenantry.Tests.Live;

/// <summary>A client of the hub, with the token and address of an HTTP client.</summary>
internal sealed class HubListener : IAsyncDisposable
{
    private readonly HubConnection connection;
    private readonly Channel<(string Name, JsonElement Data)> messages = Channel.CreateUnbounded<(string, JsonElement)>();

    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HubListener(HubConnection connection)
    {
        this.connection = connection;
        foreach (var name in (string[])["event", "end"]) connection.On<JsonElement>(name, data =>
            {
                messages.Writer.TryWrite((name, data));
                opened.TrySetResult();
            });
        connection.On("ready", () => opened.TrySetResult());
        connection.Closed += _ =>
        {
            messages.Writer.TryComplete();
            return Task.CompletedTask;
        };
    }

    /// <summary>Connects, and waits until it is told that it is ready, or why it is not; by WebSockets, the path and the header by default.</summary>
    public static async Task<HubListener> OpenAsync(
        HttpClient client, string path, CancellationToken cancellationToken, HttpTransportType transport = HttpTransportType.WebSockets, params (string Name, string Value)[] headers)
    {
        var listener = new HubListener(new HubConnectionBuilder().WithUrl(new Uri(client.BaseAddress!, path), transport, http =>
        {
            if (client.DefaultRequestHeaders.Authorization is { } token) http.Headers["Authorization"] = token.ToString();
            foreach (var (name, value) in headers) http.Headers[name] = value;
        }).Build());
        try
        {
            await listener.connection.StartAsync(cancellationToken);
            await listener.opened.Task.WaitAsync(cancellationToken);
            return listener;
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }
    }

    public Task<JsonElement> CallAsync(string method, CancellationToken cancellationToken) => connection.InvokeAsync<JsonElement>(method, cancellationToken);

    /// <summary>The kind and subject of the next event.</summary>
    public async Task<(string? Kind, Guid Subject)> NextEventAsync(CancellationToken cancellationToken)
    {
        var (name, data) = await messages.Reader.ReadAsync(cancellationToken);
        Assert.That(name, Is.EqualTo("event"), data.ToString());
        return (data.GetProperty("kind").GetString(), data.GetProperty("subjectId").GetGuid());
    }

    /// <summary>The code that was told last, when the server has closed the connection.</summary>
    public async Task<string?> EndAsync(CancellationToken cancellationToken)
    {
        string? code = null;
        await foreach (var (name, data) in messages.Reader.ReadAllAsync(cancellationToken))
            if (name == "end") code = data.GetString();
        Assert.That(connection.State, Is.EqualTo(HubConnectionState.Disconnected));
        return code;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
