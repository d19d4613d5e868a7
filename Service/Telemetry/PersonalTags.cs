using System.Diagnostics;
using OpenTelemetry;

namespace Tenantry.Service.Telemetry;

/// <summary>
/// Takes from a request's span what may name a person or an org: a path holds slugs and tokens, a host name may be an org's, and a
/// client is somebody's. The route, with its placeholders, stays.
/// </summary>
internal sealed class PersonalTags : BaseProcessor<Activity>
{
    private static readonly string[] Tags =
        ["url.path", "url.query", "url.full", "server.address", "client.address", "network.peer.address", "user_agent.original", "http.user_agent", "http.target", "http.url", "http.host", "net.host.name"];

    public override void OnEnd(Activity data)
    {
        if (data.Kind != ActivityKind.Server) return;
        foreach (var tag in Tags) data.SetTag(tag, null);
    }
}
