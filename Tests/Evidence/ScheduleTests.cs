using System.Diagnostics.Metrics;
using System.Text.Json;
using Dapper;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Evidence;

/// <summary>The report that the service makes by itself.</summary>
internal sealed class ScheduleTests
{
    [Test, CancelAfter(60_000)]
    public async Task The_service_makes_a_report_now_and_then_keeps_it_and_tells_its_verdict(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("tenantry-evidence").FullName;
        var findings = new List<(int Value, string? Verdict)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => { if (instrument.Name == "tenantry.evidence.findings") listening.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => findings.Add((value, tags.ToArray().Single(tag => tag.Key == "verdict").Value as string)));
        listener.Start();
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        await using (var admin = await database.OpenAdminAsync(cancellationToken)) await admin.ExecuteAsync("create schema t_0123456789abcdef");
        await using (var app = TestApp.StartOn(database, ("Evidence:Every", "01:00:00"), ("Evidence:Folder", folder)))
        {
            using var client = app.CreateClient();
            while (Directory.GetFiles(folder, "*.json").Length == 0) await Task.Delay(50, cancellationToken);
            var report = JsonDocument.Parse(await File.ReadAllTextAsync(Directory.GetFiles(folder, "*.json").Single(), cancellationToken)).RootElement.GetProperty("report");
            Assert.That(report.GetProperty("checks").EnumerateArray().Where(check => check.GetProperty("status").GetString() == "findings").Select(check => check.GetProperty("id").GetString()), Does.Contain("registry.orphan_schemas"));
            var ready = await Answer.ToAsync(client, HttpMethod.Get, "/health/ready");
            Assert.That((ready.Status, ready.Json.GetProperty("checks").GetProperty("evidence").GetString()), Is.EqualTo((200, "Degraded")), "what is refused is still refused");
            listener.RecordObservableInstruments();
            Assert.That(findings, Has.Some.Matches<(int Value, string? Verdict)>(seen => seen is { Value: > 0, Verdict: "fail" }));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Without_a_schedule_there_is_none()
    {
        await using var app = await TestApp.StartAsync(CancellationToken.None);
        using var client = app.CreateClient();
        Assert.That((await Answer.ToAsync(client, HttpMethod.Get, "/health/ready")).Json.GetProperty("checks").TryGetProperty("evidence", out _), Is.False);
    }
}
