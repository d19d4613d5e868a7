using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Fuzz;

/// <summary>The service, its victim and the crew that asks, over a client that sends what it is given.</summary>
internal sealed partial class FuzzWorld : IAsyncDisposable
{
    private readonly Community community;
    private readonly HttpClient client;
    private FuzzCrew crew;

    private FuzzWorld(Community community, HttpClient client, FuzzedVictim victim, FuzzCrew crew, IReadOnlyList<FuzzedOperation> operations) =>
        (this.community, this.client, Victim, this.crew, Operations) = (community, client, victim, crew, operations);

    public FuzzedVictim Victim { get; }

    public IReadOnlyList<FuzzedOperation> Operations { get; }

    /// <summary>How often each status was answered.</summary>
    public SortedDictionary<int, int> Answered { get; } = [];

    public static async Task<FuzzWorld> StartAsync()
    {
        // Limits as wide as they go: what they refuse is not tried.
        var community = await Community.StartAsync(("Limits:RequestsPerSecond", "1000000"), ("Accounts:MailsPerHour", "1000"), ("Accounts:LockoutAfter", "1000"), ("Invitations:PerHour", "1000000"),
            ("Logging:LogLevel:Default", "None"));
        using var plain = community.App.CreateClient();
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // However busy the machine is: what is large is not sent before the answer says so.
            Expect100ContinueTimeout = TimeSpan.FromMinutes(1),
            AutomaticDecompression = DecompressionMethods.None,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        })
        { BaseAddress = plain.BaseAddress, Timeout = TimeSpan.FromSeconds(60) };
        var document = JsonNode.Parse(await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;
        return new FuzzWorld(community, client, await FuzzedVictim.MakeAsync(community), await FuzzCrew.MakeAsync(community), FuzzedOperation.List(document));
    }

    /// <summary>Sends it; once more by another crew if the first is locked out by what it did before.</summary>
    public async Task<FuzzAnswer> SendAsync(FuzzedRequest request, CancellationToken cancellationToken)
    {
        var answer = await SendOnceAsync(request, cancellationToken);
        if (answer.Status == 429 || (request.Caller != FuzzCaller.Anonymous && answer.Text.Contains("auth.required", StringComparison.Ordinal)) || (answer.Status == 404 && !request.IntoVictim && await IsLostAsync(request.Caller, cancellationToken)))
        {
            crew = await FuzzCrew.MakeAsync(community);
            answer = await SendOnceAsync(request, cancellationToken);
        }

        Answered[answer.Status] = Answered.GetValueOrDefault(answer.Status) + 1;
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await community.DisposeAsync();
    }

    private async Task<bool> IsLostAsync(FuzzCaller caller, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Resolve(caller, $"/api/orgs/{Names.OwnOrg}/projects/{Names.Own("projects")}/tasks/{Names.Own("tasks")}")) { Headers = { Authorization = crew.Callers[caller].Login } };
        using var response = await client.SendAsync(request, cancellationToken);
        return !response.IsSuccessStatusCode && caller != FuzzCaller.Anonymous;
    }

    private async Task<FuzzAnswer> SendOnceAsync(FuzzedRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, new Uri(client.BaseAddress!, Resolve(request.Caller, request.Target)));
        message.Headers.Authorization = crew.Callers[request.Caller].Login;
        foreach (var (name, value) in request.Headers) message.Headers.TryAddWithoutValidation(name, Unsendable().Replace(Resolve(request.Caller, value), ""));
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body.Encoding.GetBytes(Resolve(request.Caller, body.Text)));
            // Who says how much there is before sending it can be refused without losing the answer.
            message.Headers.ExpectContinue = body.Text.Length > 100_000;
            if (body.ContentType is not null) message.Content.Headers.TryAddWithoutValidation("Content-Type", body.ContentType);
        }

        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return await FuzzAnswer.ReadAsync(response, cancellationToken);
    }

    private string Resolve(FuzzCaller caller, string text) => Named().Replace(text, match => match.Value switch
    {
        Names.OwnOrg => crew.Callers[caller].Org,
        Names.VictimOrg => Victim.Slug,
        _ when match.Groups["number"] is { Success: true } number => Victim.Ids[int.Parse(number.Value, null) % Victim.Ids.Count],
        _ => crew.Callers[caller].Ids.GetValueOrDefault(match.Groups["kind"].Value, Names.OwnOrg),
    });

    [GeneratedRegex("«(?:victim-org|victim-id-(?<number>[0-9]+)|own-(?<kind>[a-z]+))»")]
    private static partial Regex Named();

    // These a client would not send, and a server would end the connection for.
    [GeneratedRegex("[\\0\\r\\n]")]
    private static partial Regex Unsendable();
}
