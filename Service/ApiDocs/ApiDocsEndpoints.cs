using Scalar.AspNetCore;

namespace Tenantry.Service.ApiDocs;

internal static class ApiDocsEndpoints
{
    private const string OnlyFromHere =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:";

    public static IServiceCollection AddApiDocs(this IServiceCollection services) =>
        services.AddOpenApi("v1", options =>
        {
            options.AddDocumentTransformer<ApiDocument>();
            options.AddOperationTransformer<ApiOperation>();
            options.AddSchemaTransformer<ApiSchema>();
        });

    public static void MapApiDocs(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi();
        // Everything the page needs comes from this service: what would come from or go elsewhere is off, and the policy sees to the rest.
        app.MapScalarApiReference("/scalar", options =>
            {
                options.Title = "Tenantry";
                options.HideClientButton = true;
                options.DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideDeveloperTools();
            })
            .AddEndpointFilter((context, next) =>
            {
                context.HttpContext.Response.Headers.ContentSecurityPolicy = OnlyFromHere;
                return next(context);
            });
    }
}
