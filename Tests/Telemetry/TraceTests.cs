using System.Collections.Concurrent;
using System.Diagnostics;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Telemetry;

/// <summary>A request is one trace, from its route down to the SQL.</summary>
internal sealed class TraceTests
{
    private const string Route = "Microsoft.AspNetCore", Npgsql = "Npgsql";

    private readonly ConcurrentQueue<Activity> spans = new();

    [TestCase("GET", "/api/orgs/acme/projects", "tenantry.batch", 1)]
    [TestCase("POST", "/api/orgs/acme/projects", "tenantry.batch", 1)]
    [TestCase("GET", "/api/orgs/acme", "tenantry.control", 2)]
    [CancelAfter(60_000)]
    public async Task Route_batch_and_sql_are_one_trace(string method, string path, string name, int statements, CancellationToken cancellationToken)
    {
        await using var app = await TestApp.StartAsync(cancellationToken);
        using var ada = await app.ClientForAsync("ada@example.com", cancellationToken);
        await TestApp.MakeOrgAsync(ada, "acme", cancellationToken);
        var org = SchemaName.For((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/acme")).Json.GetProperty("id").GetGuid()).Value;
        var trace = ActivityTraceId.CreateRandom();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Route or Npgsql or TenancyTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == trace) spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(listener);

        var answer = await Answer.ToAsync(ada, new HttpMethod(method), path, method == "POST" ? new { name = "x" } : null, ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"));
        Assert.That(answer.Status, Is.LessThan(300));
        // Stopped when the answer has left.
        await Embedded.Eventually.HoldsAsync(() => spans.Any(span => span.Source.Name == Route));

        var route = spans.Single(span => span.Source.Name == Route);
        var ours = spans.Single(span => span.Source.Name == TenancyTelemetry.SourceName);
        var sql = spans.Where(span => span.Source.Name == Npgsql).ToList();
        Assert.That(ours.OperationName, Is.EqualTo(name));
        Assert.That(ours.ParentSpanId, Is.EqualTo(route.SpanId));
        Assert.That(sql.Count(span => span.ParentSpanId == ours.SpanId), Is.EqualTo(statements), string.Join(", ", spans.Select(span => $"{span.Source.Name} {span.DisplayName}")));
        Assert.That(new[] { route, ours }.Select(span => span.GetTagItem(TenancyTelemetry.OrgTag)), Is.All.EqualTo(org));
    }
}
