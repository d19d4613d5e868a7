using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Fuzz;

/// <summary>JSON as a schema wants it, mostly, as text: a writer would refuse half a character.</summary>
internal static class Json
{
    /// <summary>Any value.</summary>
    private static readonly Gen<string> Any = Gen.Frequency<string>(
        (3, Texts.Any.Select(Quote)),
        (3, Gen.OneOf("null", "true", "false", "0", "-1", "1.5", "1e400", "2147483648", "[]", "{}", "[null]", "{\"\":null}", "[[1],{\"a\":[]}]", "\"\\ud800\"", "\"\\u0000\"")),
        (1, Gen.Int[10, 200].Select(depth => new string('[', depth) + new string(']', depth))));

    public static Gen<string> Of(string name, JsonNode schema)
    {
        if (schema["properties"] is JsonObject properties) return Members(properties);
        var valid = TypeOf(schema) switch
        {
            "boolean" => Gen.OneOf("true", "false"),
            "integer" => Gen.Int.Select(number => number.ToString(CultureInfo.InvariantCulture)),
            "array" => (schema["items"] is { } items ? Of(name, items) : Any).Array[0, 4].Select(values => $"[{string.Join(',', values)}]"),
            "string" => Valid(name, (string?)schema["format"]).Select(Quote),
            _ => Any,
        };
        return Gen.Frequency<string>((6, valid), (2, Any));
    }

    /// <summary>What a text of that name would be.</summary>
    public static Gen<string> Valid(string name, string? format) => (format, name.ToUpperInvariant()) switch
    {
        ("uuid", _) => Names.Id(name.EndsWith("Id", StringComparison.Ordinal) && name != "assigneeId" ? $"{name[..^2]}s" : "users"),
        ("date", _) => Gen.OneOf("2026-12-10", "0001-01-01", "9999-12-31"),
        ("date-time", _) => Gen.OneOf("2026-12-10T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        (_, "ORG" or "SLUG") => Names.Org,
        (_, "EMAIL") => Gen.Int[0, 500].Select(number => $"fuzz-{number}@example.com"),
        (_, "PASSWORD") => Gen.OneOf(TestApp.Password, "another good password"),
        (_, "ROLE") => Gen.OneOf("admin", "member"),
        (_, "STATUS") => Gen.OneOf("active", "archived"),
        _ => Texts.Any,
    };

    public static string? TypeOf(JsonNode schema) => schema["type"] switch
    {
        JsonArray types => types.Select(type => (string?)type).FirstOrDefault(type => type != "null"),
        var type => (string?)type,
    };

    /// <summary>As ASCII, so that half a character and NUL arrive as they are.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
            quoted.Append(letter is (>= ' ' and <= '~' and not '"' and not '\\') or '«' or '»' ? $"{letter}" : $"\\u{(int)letter:x4}");
        return quoted.Append('"').ToString();
    }

    // Each member there, missing or twice, and sometimes one that nobody asked for.
    private static Gen<string> Members(JsonObject properties)
    {
        var members = properties.Select(property =>
            from value in Of(property.Key, property.Value!)
            from times in Gen.Frequency<int>((8, Gen.Const(1)), (1, Gen.Const(0)), (1, Gen.Const(2)))
            select Enumerable.Repeat($"{Quote(property.Key)}:{value}", times)).ToArray();
        var extra = from name in Texts.Any from value in Any select $"{Quote(name)}:{value}";
        var all = members.Aggregate(Gen.Const(Enumerable.Empty<string>()), (before, member) => before.Select(member, (one, two) => one.Concat(two)));
        return from given in all
               from more in extra.Array[0, 1]
               select $"{{{string.Join(',', given.Concat(more))}}}";
    }
}
