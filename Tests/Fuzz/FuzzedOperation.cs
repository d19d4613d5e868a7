using System.Text.Json.Nodes;

namespace Tenantry.Tests.Fuzz;

/// <summary>An operation as the API's own document describes it.</summary>
internal sealed record FuzzedOperation(HttpMethod Method, string Path, IReadOnlyList<FuzzedParameter> Parameters, JsonNode? Body)
{
    public const string OrgInPath = "org", OrgInHeader = "X-Org";

    public bool NamesOrg => Parameters.Any(parameter => parameter.Name is OrgInPath or OrgInHeader);

    public override string ToString() => $"{Method} {Path}";

    /// <summary>All that the document lists, with references followed.</summary>
    public static IReadOnlyList<FuzzedOperation> List(JsonNode document)
    {
        JsonNode Follow(JsonNode schema) => (string?)schema["$ref"] is { } reference ? Follow(document["components"]!["schemas"]![reference.Split('/')[^1]]!) : schema;
        JsonNode Expand(JsonNode schema)
        {
            var expanded = Follow(schema).DeepClone();
            if (expanded["properties"] is JsonObject properties)
                foreach (var (name, property) in properties.ToList()) properties[name] = Expand(property!).DeepClone();
            if (expanded["items"] is { } items) expanded["items"] = Expand(items).DeepClone();
            return expanded;
        }

        return
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               let body = operation.Value!["requestBody"]?["content"]?["application/json"]?["schema"]
               select new FuzzedOperation(
                   HttpMethod.Parse(operation.Key), path.Key,
                   [.. (operation.Value["parameters"]?.AsArray() ?? []).Select(parameter => new FuzzedParameter((string)parameter!["name"]!, (string)parameter["in"]!, Expand(parameter["schema"]!)))],
                   body is null ? null : Expand(body)),
        ];
    }
}

/// <summary>A parameter: in path, query or header.</summary>
internal sealed record FuzzedParameter(string Name, string Place, JsonNode Schema);
