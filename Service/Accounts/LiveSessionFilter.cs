using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Tenancy;

namespace Tenantry.Service.Accounts;

/// <summary>Refuses a caller whose session has ended, where no tenant's prologue does so.</summary>
internal sealed class LiveSessionFilter(ControlDatabase database) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        await using (var control = await database.OpenAsync(http.RequestAborted))
            if (!await SessionQueries.IsLiveAsync(control, Caller.From(http.User).SessionId, http.RequestAborted))
                return Problem.Of(ErrorCode.AuthRequired);
        return await next(context);
    }
}
