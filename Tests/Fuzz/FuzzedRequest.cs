using CsCheck;

namespace Tenantry.Tests.Fuzz;

/// <summary>Who asks.</summary>
internal enum FuzzCaller
{
    Anonymous,
    Member,
    Admin,
    Outsider,
}

/// <summary>A request to be sent, with names in place of what only the world knows.</summary>
internal sealed record FuzzedRequest(
    FuzzedOperation Operation, HttpMethod Method, FuzzCaller Caller, string Target, IReadOnlyList<(string Name, string Value)> Headers, FuzzedBody? Body)
{
    /// <summary>Whether it names something of the victim's where the org, or a row, is named.</summary>
    public bool IntoVictim => Names.OfVictim(Target.Split('?')[0]) || (Operation.NamesOrg && Headers.Any(header => header.Name == FuzzedOperation.OrgInHeader && Names.OfVictim(header.Value)));

    public static Gen<FuzzedRequest> Of(FuzzedOperation operation)
    {
        var values = operation.Parameters.Select(parameter => ValueOf(operation, parameter)).Aggregate(Gen.Const(Array.Empty<string>()), (before, value) => before.Select(value, (given, one) => (string[])[.. given, one]));
        return from caller in Gen.Frequency<FuzzCaller>((1, Gen.Const(FuzzCaller.Anonymous)), (9, Gen.OneOf(FuzzCaller.Member, FuzzCaller.Admin, FuzzCaller.Outsider)))
               from method in Gen.Frequency<HttpMethod>((30, Gen.Const(operation.Method)), (1, Gen.OneOf(HttpMethod.Put, HttpMethod.Post, HttpMethod.Patch, HttpMethod.Options, HttpMethod.Parse("PROPFIND"))))
               from given in values
               from left in Gen.Int[0, 15]
               from more in Odd
               from body in Bodies.Of(operation.Body)
               select Make(operation, method, caller, given, left, more, body);
    }

    public override string ToString() => $"{Caller}: {Method} {Shorten(Target)} {string.Join(", ", Headers.Select(header => $"{header.Name}: {Shorten(header.Value)}"))} {Body?.ContentType} {Body?.Encoding.WebName} {Shorten(Body?.Text ?? "")}";

    // Headers that nobody asked for; the last of the selectors that are on by default is among them.
    private static readonly Gen<(string Name, string Value)[]> Odd = Gen.Select(
        Gen.OneOf("Host", "X-Org", "If-Match", "If-None-Match", "Idempotency-Key", "Last-Event-ID", "X-Forwarded-Host", "X-Forwarded-For", "Accept", "Accept-Encoding", "Origin", "Cookie", "traceparent", "Range"),
        Gen.Frequency<string>((1, Names.Org), (3, Texts.Any))).Array[0, 1];

    private static Gen<string> ValueOf(FuzzedOperation operation, FuzzedParameter parameter) => parameter.Name is FuzzedOperation.OrgInPath or FuzzedOperation.OrgInHeader
        ? Names.Org
        : Gen.Frequency<string>(
            (5, Json.TypeOf(parameter.Schema) switch
            {
                "boolean" => Gen.OneOf("true", "false"),
                "integer" => Gen.OneOf("1", "2", "200", "0", "201"),
                // An id is of what stands before it.
                "string" when parameter.Name == "id" => Names.Id(operation.Path.Split("/{id}")[0].Split('/')[^1]),
                _ => Json.Valid(parameter.Name, (string?)parameter.Schema["format"]),
            }),
            (1, Texts.Any));

    private static FuzzedRequest Make(FuzzedOperation operation, HttpMethod method, FuzzCaller caller, string[] values, int left, (string, string)[] more, FuzzedBody? body)
    {
        var given = operation.Parameters.Zip(values).ToList();
        var target = given.Where(pair => pair.First.Place == "path")
            .Aggregate(operation.Path, (path, pair) => path.Replace($"{{{pair.First.Name}}}", Escape(pair.Second), StringComparison.Ordinal));
        // Each optional one is left out now and then.
        var optional = given.Where((pair, number) => pair.First.Name == FuzzedOperation.OrgInHeader || (left & (1 << (number % 4))) == 0).ToList();
        var query = string.Join('&', optional.Where(pair => pair.First.Place == "query").Select(pair => $"{pair.First.Name}={Escape(pair.Second)}"));
        return new FuzzedRequest(operation, method, caller, query.Length == 0 ? target : $"{target}?{query}",
            [.. optional.Where(pair => pair.First.Place == "header").Select(pair => (pair.First.Name, pair.Second)), .. more], body);
    }

    // The names stay legible; all else is escaped.
    private static string Escape(string text) => text.StartsWith('«') ? text : Uri.EscapeDataString(text);

    private static string Shorten(string text) => text.Length <= 400 ? text : $"{text[..200]}… ({text.Length})";
}
