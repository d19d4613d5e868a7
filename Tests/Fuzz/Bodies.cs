using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace Tenantry.Tests.Fuzz;

/// <summary>What is sent as a body, and as what.</summary>
internal sealed record FuzzedBody(string Text, string? ContentType, Encoding Encoding);

internal static class Bodies
{
    private static readonly Gen<string?> Types = Gen.Frequency<string?>(
        (12, Gen.Const<string?>("application/json")),
        (1, Gen.OneOf<string?>(null, "", "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/problem+json", "application/json; charset=utf-16", "application/json; charset=none", "json", "a/b/c")));

    public static Gen<FuzzedBody?> Of(JsonNode? schema)
    {
        // An endpoint that wants no body may be sent one.
        var text = schema is null ? Broken("{}", largest: 10_000) : Json.Of("", schema).SelectMany(whole => Broken(whole, largest: 1_100_000));
        var sent = from body in text
                   from type in Types
                   from encoding in Gen.Frequency<Encoding>((12, Gen.Const(Encoding.UTF8)), (1, Gen.OneOf(Encoding.Unicode, Encoding.Latin1, Encoding.UTF32)))
                   select (FuzzedBody?)new FuzzedBody(body, type, encoding);
        return Gen.Frequency<FuzzedBody?>((schema is null ? 9 : 1, Gen.Const<FuzzedBody?>((FuzzedBody?)null)), (schema is null ? 1 : 15, sent));
    }

    // What nobody reads and is too large ends the connection, as a client is to expect.
    private static Gen<string> Broken(string whole, int largest) => Gen.Frequency<string>(
        (14, Gen.Const(whole)),
        (1, Gen.Int[0, whole.Length].Select(length => whole[..length])),
        (1, Gen.OneOf(5, 63, 64, 65, 5_000).Select(depth => new string('[', depth))),
        (1, Gen.OneOf(5, 63, 64, 65, 1_000).Select(depth => string.Concat(Enumerable.Repeat("{\"org\":", depth)))),
        (1, Gen.Const($"{{\"name\":\"{new string('x', largest)}\"}}")),
        (1, Texts.Any),
        (1, Gen.Const("\ufeff" + whole)),
        (1, Gen.Const(whole + whole)));
}
