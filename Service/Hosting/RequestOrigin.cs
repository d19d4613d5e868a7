namespace Tenantry.Service.Hosting;

/// <summary>From where a request came, for the log and for a list of sessions: network address, and what the client calls itself.</summary>
internal sealed class RequestOrigin(IHttpContextAccessor http)
{
    private const int LongestUserAgent = 256;

    public string? Address => http.HttpContext?.Connection.RemoteIpAddress?.ToString();

    /// <summary>Without control characters and of bounded length: anybody can write anything into it.</summary>
    public string? UserAgent => http.HttpContext?.Request.Headers.UserAgent.ToString() is { Length: > 0 } text
        ? string.Concat(text.Where(letter => !char.IsControl(letter) && !char.IsSurrogate(letter)).Take(LongestUserAgent)).Trim()
        : null;
}
