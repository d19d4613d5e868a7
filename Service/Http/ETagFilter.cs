namespace Tenantry.Service.Http;

/// <summary>Gives each answer that is one versioned item its <c>ETag</c>.</summary>
internal sealed class ETagFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        if (TagOf(result) is { } tag) context.HttpContext.Response.Headers.ETag = tag;
        return result;
    }

    public static string? TagOf(object? result) => ResultReading.ValueOf(result) is IVersioned item ? $"\"{item.Revision}\"" : null;
}
