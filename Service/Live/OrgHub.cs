using Microsoft.AspNetCore.SignalR;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;
using Tenantry.Service.Projects;
using Tenantry.Service.Tenants;
using Tenantry.Tenancy;

namespace Tenantry.Service.Live;

/// <summary>
/// A sample of a hub in an org: it pushes the same events as the stream, and its methods run under the scope of the caller, who is
/// cut off as soon as the membership ends. Its first message is <c>ready</c>: what happens from then on is told as <c>event</c>. The
/// last, to a caller who is cut off, is <c>end</c>, with the code.
/// </summary>
internal sealed class OrgHub(OrgStreams streams, HubPump pump, TenantDatabase tenants) : Hub
{
    private static readonly object StreamKey = new();

    /// <summary>The scope that the connection was let in with, by the org's id.</summary>
    private TenantScope Scope => ((OrgStream)Context.Items[StreamKey]!).Scope;

    public override async Task OnConnectedAsync()
    {
        try
        {
            await BeginAsync(CurrentTenant.Of(Context.GetHttpContext()!));
        }
        catch (OperationCanceledException) when (Context.ConnectionAborted.IsCancellationRequested)
        {
            // The client is gone again.
        }
    }

    /// <summary>The org's projects, as the first page of <c>GET …/projects</c> has them.</summary>
    public async Task<Page<Project>> ListProjects()
    {
        await using var tenant = tenants.CreateConnection(Scope);
        return await new ProjectQueries(tenant).ListAsync(new PageQuery(null, null), null, Context.ConnectionAborted);
    }

    private async Task BeginAsync(TenantScope scope)
    {
        var (stream, refusal) = await streams.OpenAsync(Caller.From(Context.User!), scope, null, Context.ConnectionAborted);
        if (stream is null)
        {
            pump.Refuse(Context, refusal!);
            return;
        }

        Context.Items[StreamKey] = stream;
        pump.Start(Context, stream);
    }
}
