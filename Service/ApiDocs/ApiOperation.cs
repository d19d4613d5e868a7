using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tenantry.Service.Http;
using Tenantry.Service.Idempotency;
using Tenantry.Service.Tenants;
using Tenantry.Service.Tenants.Selectors;

namespace Tenantry.Service.ApiDocs;

/// <summary>What follows for an operation from how it is mapped and guarded: its org, headers, security, and the answer all have in common.</summary>
internal sealed class ApiOperation : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        if (metadata.OfType<OrgEndpoint>().Any())
        {
            // The middleware reads the org; no endpoint has it as a parameter.
            var byPath = context.Description.RelativePath!.Contains($"{{{PathSelector.RouteValue}}}", StringComparison.Ordinal);
            operation.Parameters.Insert(0, Text(byPath ? PathSelector.RouteValue : HeaderSelector.Header, byPath ? ParameterLocation.Path : ParameterLocation.Header, "The slug of the org.", required: true));
        }

        if (context.Description.HttpMethod == HttpMethods.Post && metadata.OfType<IdempotentEndpoint>().Any())
            operation.Parameters.Add(Text(IdempotentRequest.Header, ParameterLocation.Header, "A key of the caller's: a repetition gets the first answer again."));

        if (metadata.OfType<MethodInfo>().Any(handler => handler.GetParameters().Any(parameter => parameter.ParameterType == typeof(IfMatch))))
            operation.Parameters.Add(Text("If-Match", ParameterLocation.Header, "The ETag that the item must still have."));

        if (metadata.OfType<IAuthorizeData>().Any())
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiDocument.Bearer, context.Document)] = [] }];

        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "A problem with a stable code.",
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(ApiDocument.Problem, context.Document) } },
        };
        return Task.CompletedTask;
    }

    private static OpenApiParameter Text(string name, ParameterLocation place, string description, bool required = false) => new()
    {
        Name = name,
        In = place,
        Required = required,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
