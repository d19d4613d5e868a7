using System.Diagnostics;
using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>A tenant's batch as it is traced and measured, from sending it to the first of its answer, tried again or not.</summary>
internal sealed class BatchSpan(bool inTransaction) : IDisposable
{
    private readonly Activity? activity = TenancyTelemetry.Source.StartActivity("tenantry.batch")?.SetTag("tenantry.batch.transaction", inTransaction);
    private readonly long started = TimeProvider.System.GetTimestamp();
    private string? error;

    public void Enter(string schema) => activity?.SetTag(TenancyTelemetry.OrgTag, schema);

    public void Refuse(TenantRefusal reason)
    {
        var tag = new KeyValuePair<string, object?>("tenantry.refusal", reason.ToString());
        activity?.SetTag(tag.Key, tag.Value);
        TenancyTelemetry.BatchRefusals.Add(1, tag);
    }

    // The SQLSTATE, never the words: they may quote what was sent.
    public void Fail(Exception failure)
    {
        error = failure is PostgresException postgres ? postgres.SqlState : failure.GetType().Name;
        activity?.SetTag(TenancyTelemetry.ErrorTag, error).SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose()
    {
        var elapsed = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        if (error is null) TenancyTelemetry.BatchDuration.Record(elapsed);
        else TenancyTelemetry.BatchDuration.Record(elapsed, new KeyValuePair<string, object?>(TenancyTelemetry.ErrorTag, error));
        activity?.Dispose();
    }
}
