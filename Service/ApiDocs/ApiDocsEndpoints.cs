using Scalar.AspNetCore;

namespace Tenantry.Service.ApiDocs;

internal static class ApiDocsEndpoints
{
    public static IServiceCollection AddApiDocs(this IServiceCollection services) =>
        services.AddOpenApi("v1", options =>
        {
            options.AddDocumentTransformer<ApiDocument>();
            options.AddOperationTransformer<ApiOperation>();
        });

    public static void MapApiDocs(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi();
        // The page's script comes from this service; its fonts, proxy and telemetry would come from elsewhere.
        app.MapScalarApiReference("/scalar", options =>
        {
            options.Title = "Tenantry";
            options.DefaultFonts = false;
            options.Telemetry = false;
        });
    }
}
