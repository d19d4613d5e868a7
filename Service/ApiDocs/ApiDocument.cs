using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Tenantry.Service.ApiDocs;

/// <summary>What the document says of the API as a whole.</summary>
internal sealed class ApiDocument : IOpenApiDocumentTransformer
{
    public const string Bearer = "bearer";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Tenantry",
            Version = "v1",
            Description = "Organizations, memberships and hard tenant isolation on PostgreSQL. Errors are RFC 9457 problems with a stable `code`.",
        };
        // Where this instance happens to listen is not part of the contract.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The accessToken of POST /api/auth/login." },
        };
        return Task.CompletedTask;
    }
}
