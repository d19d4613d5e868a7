using Microsoft.AspNetCore.SignalR;
using Tenantry.Service.Errors;

namespace Tenantry.Service.Live;

/// <summary>Answers a hub's method that fails with the code that the same failure has over HTTP, and with nothing else of it.</summary>
internal sealed partial class HubRefusals(ILogger<HubRefusals> logger) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            return await next(invocationContext);
        }
        catch (Exception error) when (error is not (HubException or OperationCanceledException))
        {
            var code = ApiExceptionHandler.CodeOf(error);
            if (code == ErrorCode.ServerError) Log.Unexpected(logger, error);
            throw new HubException(code.Code);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1206, LogLevel.Error, "A hub's method failed unexpectedly.")]
        public static partial void Unexpected(ILogger logger, Exception exception);
    }
}
