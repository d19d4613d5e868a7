namespace Tenantry.Service.Hosting;

/// <summary>From where a request came, for the log: the client's network address.</summary>
internal sealed class RequestOrigin(IHttpContextAccessor http)
{
    public string? Address => http.HttpContext?.Connection.RemoteIpAddress?.ToString();
}
