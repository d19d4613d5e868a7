using System.Text.Json;

namespace Tenantry.Service.Tenants.Selectors;

/// <summary>
/// The member <c>org</c> of a JSON object that is sent, without regard to case as everywhere in a body. The body is kept for the
/// endpoint; how large it may be, the server says. What is no JSON object names no org: the endpoint will say what is wrong with it.
/// </summary>
internal sealed class BodySelector : IOrgSelector
{
    private const string Member = "org";
    private const int InMemory = 64 * 1024;

    public async ValueTask<IEnumerable<OrgAnswer>> ListAsync(HttpContext http)
    {
        var request = http.Request;
        // What a body of a GET means is not defined (RFC 9110, 9.3.1).
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || !request.HasJsonContentType()) return [];
        request.EnableBuffering(InMemory);
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: http.RequestAborted);
            return body.RootElement.ValueKind == JsonValueKind.Object ? [.. OrgAnswer.Of(body.RootElement.EnumerateObject().Where(Names).Select(TextOf))] : [];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Not JSON, or a text that is not Unicode.
            return [];
        }
        finally
        {
            request.Body.Position = 0;
        }
    }

    private static bool Names(JsonProperty property) => property.Name.Equals(Member, StringComparison.OrdinalIgnoreCase);

    // A number, say, is an answer too, and no org's.
    private static string? TextOf(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => property.Value.GetString(),
        _ => property.Value.GetRawText(),
    };
}
