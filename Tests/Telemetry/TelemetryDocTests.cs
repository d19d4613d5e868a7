using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Telemetry;

/// <summary>docs/telemetry.md has a row for each span, metric and log event, and no row for anything else.</summary>
internal sealed partial class TelemetryDocTests
{
    private static readonly string Doc = Repository.Read("docs/telemetry.md");

    private static readonly Assembly[] Assemblies = [typeof(TenantConnection).Assembly, typeof(Tenantry.Migrations.Provisioning.Provisioner).Assembly, typeof(Tenantry.Service.Errors.ErrorCode).Assembly];

    [Test]
    public void Every_metric_has_its_row_and_unit()
    {
        var declared = new HashSet<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == TenancyTelemetry.SourceName) lock (declared) declared.Add($"{instrument.Name} {instrument.Unit}".Trim());
            },
        };
        foreach (var type in Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type.Name.EndsWith("Telemetry", StringComparison.Ordinal)))
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        using var circuit = new DatabaseCircuit("data", new TenancyOptions());
        listener.Start();
        Assert.That(RowsOf("Metrics").Select(row => $"{row[0]} {row[1]}".Trim()), Is.EquivalentTo(declared));
    }

    [Test]
    public void Every_span_has_its_row() =>
        Assert.That(
            RowsOf("Spans").Select(row => row[0]),
            Is.EquivalentTo(Repository.List("*.cs", "Tenancy", "Migrations", "Service").SelectMany(file => Started().Matches(Repository.Read(file))).Select(match => match.Groups[1].Value)));

    [Test]
    public void Every_log_event_has_its_row_and_number()
    {
        var declared = Assemblies.SelectMany(assembly => assembly.GetTypes()).SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().ToList();
        Assert.That(declared.Select(message => message.EventId), Is.Unique);
        Assert.That(RowsOf("Log events").Select(row => (row[0], row[1], row[2])), Is.EquivalentTo(declared.Select(message => ($"{message.EventId}", $"{message.Level}", message.Message))));
    }

    // The cells of the table under a heading, without their backticks.
    private static IEnumerable<string[]> RowsOf(string heading) => Doc[Doc.IndexOf($"\n## {heading}\n", StringComparison.Ordinal)..].Split('\n').SkipWhile(line => !line.StartsWith('|'))
        .TakeWhile(line => line.StartsWith('|')).Skip(2).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim().Trim('`')).ToArray());

    [GeneratedRegex("StartActivity\\(\"([^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Started();
}
