using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Tenantry.Service.Http;

namespace Tenantry.Service.Idempotency;

/// <summary>What a POST answered, to be answered again.</summary>
internal sealed record StoredAnswer(byte[] RequestHash, int Status, string? Location, string? ETag, string? Body)
{
    public static StoredAnswer Of(object? result, JsonOptions json) => new(
        [],
        ResultReading.StatusOf(result),
        ResultReading.LocationOf(result),
        ETagFilter.TagOf(result),
        ResultReading.ValueOf(result) is { } value ? JsonSerializer.Serialize(value, value.GetType(), json.SerializerOptions) : null);
}
