using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Tenants;

namespace Tenantry.Service.Live;

/// <summary>
/// <c>GET …/events</c>: each event as a message whose id a client sends again to resume; comments in between; and when the right
/// ends, or the service stops, a last event <c>end</c> with the code.
/// </summary>
internal static class EventEndpoints
{
    private const string LastEventId = "Last-Event-ID";
    private const string End = "end";
    private const string Comment = ":\n\n";
    private static readonly TimeSpan CommentEvery = TimeSpan.FromSeconds(15);

    public static void MapEvents(this RouteGroupBuilder tenant) =>
        tenant.MapGet("/events", Listen).WithTags("Live").WithSummary("What happens in the org, as server-sent events, until the membership ends")
            .Produces<OrgEvent>(StatusCodes.Status200OK, "text/event-stream");

    private static async Task<IResult> Listen(
        HttpContext http, CurrentTenant tenant, OrgStreams streams, Drain drain, TimeProvider time, CancellationToken cancellationToken)
    {
        Guid? after = null;
        if (http.Request.Headers[LastEventId].ToString() is { Length: > 0 } text)
        {
            if (!Guid.TryParse(text, out var last) || last.Version != 7) return Problem.Invalid(LastEventId, "The id of an event of this stream.");
            after = last;
        }

        var (stream, refusal) = await streams.OpenAsync(Caller.From(http.User), tenant.Scope, after, cancellationToken);
        if (stream is null)
        {
            if (refusal == ErrorCode.RateLimited) http.Response.Headers.RetryAfter = "10";
            return Problem.Of(refusal!);
        }

        http.Response.RegisterForDispose(stream);
        return TypedResults.ServerSentEvents(WriteAsync(stream, http.Response, drain, time, cancellationToken));
    }

    // Comments are written between two items, while the formatter waits for the next.
    private static async IAsyncEnumerable<SseItem<object>> WriteAsync(
        OrgStream stream, HttpResponse response, Drain drain, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(drain.Over, cancellationToken);
        // Tells the client at once that the stream is open.
        await response.WriteAsync(Comment, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
        var written = time.GetTimestamp();
        await foreach (var item in stream.ReadAsync(end.Token))
        {
            if (item.Event is { } happened) yield return new SseItem<object>(happened) { EventId = happened.Id.ToString() };
            else if (item.End is { } code) yield return new SseItem<object>(new { code.Code }, End);
            else if (time.GetElapsedTime(written) < CommentEvery) continue;
            else await response.WriteAsync(Comment, cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
            written = time.GetTimestamp();
        }

        if (drain.Over.IsCancellationRequested && !cancellationToken.IsCancellationRequested) yield return new SseItem<object>(new { ErrorCode.ServiceStopping.Code }, End);
    }
}
