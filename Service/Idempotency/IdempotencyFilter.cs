using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;

namespace Tenantry.Service.Idempotency;

/// <summary>
/// Lets a POST with an <c>Idempotency-Key</c> be repeated: the key is claimed and the answer kept in the transaction of the
/// change itself, so that there is never one without the other. A request that failed leaves no key.
/// </summary>
internal sealed class IdempotencyFilter(IdempotencyQueries keys, IOptions<JsonOptions> json) : IEndpointFilter
{
    public const string Header = "Idempotency-Key";
    private const int LongestKey = 200;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method) || !http.Request.Headers.TryGetValue(Header, out var header)) return await next(context);
        var key = header.ToString();
        if (header.Count != 1 || key.Length is 0 or > LongestKey || key.Any(char.IsControl))
            return Problem.Invalid(Header, $"One key of 1 to {LongestKey} characters.");

        var userId = Caller.From(http.User).UserId;
        var hash = await HashAsync(http.Request);
        if (!await keys.ClaimAsync(userId, key, hash, http.RequestAborted))
        {
            var stored = await keys.GetAsync(userId, key, http.RequestAborted);
            return stored.RequestHash.AsSpan().SequenceEqual(hash) ? new ReplayedAnswer(stored) : Problem.Of(ErrorCode.IdempotencyMismatch);
        }

        var result = await next(context);
        if (ResultReading.IsSuccess(result)) await keys.StoreAsync(userId, key, Read(result, http.Response), http.RequestAborted);
        return result;
    }

    private static async Task<byte[]> HashAsync(HttpRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        // The body was read by the endpoint's binding; the tenant group buffers it.
        request.Body.Position = 0;
        hash.AppendData(await SHA256.HashDataAsync(request.Body, request.HttpContext.RequestAborted));
        return hash.GetHashAndReset();
    }

    private StoredAnswer Read(object? result, HttpResponse response) => new(
        [],
        ResultReading.StatusOf(result),
        ResultReading.LocationOf(result),
        response.Headers.ETag,
        ResultReading.ValueOf(result) is { } value ? JsonSerializer.Serialize(value, value.GetType(), json.Value.SerializerOptions) : null);
}
