using Microsoft.Net.Http.Headers;
using Tenantry.Service.Errors;

namespace Tenantry.Service.Http;

/// <summary>JSON is UTF-8 (RFC 8259, 8.1). Under another name of an encoding, or one that is none, it is not read at all.</summary>
internal static class JsonCharset
{
    public static Task RequireAsync(HttpContext http, RequestDelegate next) =>
        http.Request.HasJsonContentType() && MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
        && type.Charset is { Length: > 0 } charset && !HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? Problem.Of(ErrorCode.UnsupportedMediaType).ExecuteAsync(http)
            : next(http);
}
