using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Logs;
using Tenantry.Tenancy;

namespace Tenantry.Service.Telemetry;

/// <summary>
/// Gives exported log records their org, from the span that they were logged in. Scopes are not exported: the framework's name the
/// path, and with it a slug or a token.
/// </summary>
internal sealed class OrgOnRecords : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        for (var span = Activity.Current; span is not null; span = span.Parent)
            if (span.GetTagItem(TenancyTelemetry.OrgTag) is { } org)
            {
                data.Attributes = [.. data.Attributes ?? [], new(TenancyTelemetry.OrgTag, org)];
                return;
            }
    }
}
