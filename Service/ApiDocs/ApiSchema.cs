using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tenantry.Service.Http;

namespace Tenantry.Service.ApiDocs;

/// <summary>A cursor is a text to callers, whatever it is to us.</summary>
internal sealed class ApiSchema : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type != typeof(Cursor)) return Task.CompletedTask;
        (schema.Type, schema.Properties, schema.Required, schema.Description) = (JsonSchemaType.String, null, null, "`next` of the page before.");
        return Task.CompletedTask;
    }
}
