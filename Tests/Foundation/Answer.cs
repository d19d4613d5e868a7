using System.Net.Http.Json;
using System.Text.Json;

namespace Tenantry.Tests.Foundation;

/// <summary>What a request was answered: status, code, and the body without what differs from request to request.</summary>
internal sealed record Answer(int Status, string? Code, string Body)
{
    public static async Task<Answer> ToAsync(HttpClient client, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is string raw) request.Content = new StringContent(raw, System.Text.Encoding.UTF8, "application/json");
        else if (body is not null) request.Content = JsonContent.Create(body);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer((int)response.StatusCode, CodeOf(text), System.Text.RegularExpressions.Regex.Replace(text, "(?<=\"traceId\":\")[^\"]*", ""));
    }

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    private static string? CodeOf(string text) =>
        text.StartsWith('{') && JsonSerializer.Deserialize<JsonElement>(text).TryGetProperty("code", out var code) ? code.GetString() : null;
}
