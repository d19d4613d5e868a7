using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Tenantry.Tests.Live;

/// <summary>A client of one stream of server-sent events.</summary>
internal sealed class EventListener : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly IAsyncEnumerator<SseItem<string>> items;

    private EventListener(HttpResponseMessage response, Stream body, CancellationToken cancellationToken)
    {
        this.response = response;
        items = SseParser.Create(body).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    /// <summary>Opens a stream, which is open when this comes back.</summary>
    public static async Task<EventListener> OpenAsync(HttpClient client, string path, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
        return new EventListener(response, await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
    }

    /// <summary>The id of the next event and what it tells; null when the stream has ended without a word.</summary>
    public async Task<(string? Id, string Type, JsonElement Data)?> NextAsync() => await items.MoveNextAsync()
        ? (items.Current.EventId, items.Current.EventType, JsonSerializer.Deserialize<JsonElement>(items.Current.Data))
        : null;

    /// <summary>The kind and subject of the next event.</summary>
    public async Task<(string? Kind, Guid Subject)> NextEventAsync()
    {
        var (_, type, data) = (await NextAsync())!.Value;
        Assert.That(type, Is.EqualTo("message"), data.ToString());
        return (data.GetProperty("kind").GetString(), data.GetProperty("subjectId").GetGuid());
    }

    /// <summary>The code with which the stream ends; what comes before it is passed over.</summary>
    public async Task<string?> EndAsync()
    {
        while (await NextAsync() is var (_, type, data))
        {
            if (type != "end") continue;
            Assert.That(await NextAsync(), Is.Null, "nothing follows the end");
            return data.GetProperty("code").GetString();
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        response.Dispose();
        try { await items.DisposeAsync(); }
        catch (Exception error) when (error is NotSupportedException or IOException or OperationCanceledException)
        {
            // A read was under way.
        }
    }
}
