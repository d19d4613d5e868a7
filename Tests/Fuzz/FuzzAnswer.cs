namespace Tenantry.Tests.Fuzz;

/// <summary>What came back.</summary>
internal sealed record FuzzAnswer(int Status, string? ContentType, string Headers, string Text, bool Closed)
{
    /// <summary>The server itself refuses what is no HTTP, before anything of ours sees it, and says no more.</summary>
    public bool RefusedByServer => Closed && Text.Length == 0 && Status is 400 or 414 or 431;

    public static async Task<FuzzAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        // A stream would go on for as long as the membership does: its beginning is enough.
        var text = type == "text/event-stream" ? await BeginningAsync(response, cancellationToken) : await response.Content.ReadAsStringAsync(cancellationToken);
        return new FuzzAnswer((int)response.StatusCode, type, response.Headers.ToString(), text, response.Headers.ConnectionClose == true);
    }

    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, cancellationToken));
    }
}
