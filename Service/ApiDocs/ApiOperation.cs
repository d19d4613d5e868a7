using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tenantry.Service.Http;
using Tenantry.Service.Idempotency;
using Tenantry.Service.Tenants;

namespace Tenantry.Service.ApiDocs;

/// <summary>What follows for an operation from how it is guarded: its headers, its security and the answers all have in common.</summary>
internal sealed class ApiOperation : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var route = context.Description.RelativePath ?? "";
        if (metadata.OfType<TenantEndpoint>().Any())
        {
            if (!route.StartsWith("api/orgs/", StringComparison.Ordinal)) AddHeader(operation, OrgSelector.Header, "The slug of the org.", required: true);
            if (context.Description.HttpMethod == HttpMethods.Post) AddHeader(operation, IdempotencyFilter.Header, "A key of the caller's: a repetition gets the first answer again.");
        }

        if (context.Description.ParameterDescriptions.Any(parameter => parameter.Type == typeof(IfMatch)))
            AddHeader(operation, "If-Match", "The ETag that the item must still have.");

        if (metadata.OfType<IAuthorizeData>().Any())
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiDocument.Bearer, context.Document)] = [] }];

        operation.Responses ??= [];
        operation.Responses.TryAdd("default", new OpenApiResponse { Description = "A problem (RFC 9457) with a stable code." });
        return Task.CompletedTask;
    }

    private static void AddHeader(OpenApiOperation operation, string name, string description, bool required = false)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = name, In = ParameterLocation.Header, Required = required, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }
}
