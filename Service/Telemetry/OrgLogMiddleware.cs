namespace Tenantry.Service.Telemetry;

/// <summary>Puts all that is logged of a request into its scope, what is logged of its failure included.</summary>
internal sealed class OrgLogMiddleware(RequestDelegate next, ILogger<OrgLogMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context, OrgLogScope scope)
    {
        using (logger.BeginScope(scope)) await next(context);
    }
}
