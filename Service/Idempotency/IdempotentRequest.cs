using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Errors;

namespace Tenantry.Service.Idempotency;

/// <summary>A request with an <c>Idempotency-Key</c>: the key, and the hash of everything else that the request says.</summary>
internal sealed record IdempotentRequest(string Key, byte[] Hash)
{
    public const string Header = "Idempotency-Key";
    private const int LongestKey = 200;

    /// <summary>Has the body kept while the endpoint's binding reads it, since it is hashed afterwards.</summary>
    public static Task KeepBodyAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers.ContainsKey(Header)) http.Request.EnableBuffering();
        return next(http);
    }

    /// <summary>Null for a request without a key; a fault for one with a bad key.</summary>
    public static async Task<(IdempotentRequest? Request, ProblemHttpResult? Fault)> ReadAsync(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var header)) return (null, null);
        var key = header.ToString();
        return header.Count != 1 || key.Length is 0 or > LongestKey || key.Any(char.IsControl)
            ? (null, Problem.Invalid(Header, $"One key of 1 to {LongestKey} characters."))
            : (new IdempotentRequest(key, await HashAsync(request)), null);
    }

    /// <summary>What was answered to this key: again, if the request is the same. Null when the key is free.</summary>
    public async Task<IResult?> FindAnswerAsync(IdempotencyQueries keys, Guid userId, CancellationToken cancellationToken)
    {
        if (await keys.FindAsync(userId, Key, cancellationToken) is not { } stored) return null;
        return stored.RequestHash.AsSpan().SequenceEqual(Hash) ? new ReplayedAnswer(stored) : Problem.Of(ErrorCode.IdempotencyMismatch);
    }

    private static async Task<byte[]> HashAsync(HttpRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        request.Body.Position = 0;
        hash.AppendData(await SHA256.HashDataAsync(request.Body, request.HttpContext.RequestAborted));
        return hash.GetHashAndReset();
    }
}
