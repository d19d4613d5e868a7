using Tenantry.Tests.Cli;

namespace Tenantry.Tests.Evidence;

/// <summary>A fleet as it is made has no findings. <c>TENANTRY_TEST_FLEET</c> says how large it is.</summary>
internal sealed class CleanFleetTests : CliFixture
{
    private static readonly int Tenants = int.Parse(Environment.GetEnvironmentVariable("TENANTRY_TEST_FLEET") is { Length: > 0 } given ? given : "12", null);

    [Test, CancelAfter(300_000)]
    public async Task Made_suspended_renamed_dropped_and_migrated_it_has_no_findings(CancellationToken cancellationToken)
    {
        var admin = await Database.AddUserAsync("ada@example.com", cancellationToken);
        await Parallel.ForEachAsync(Enumerable.Range(1, Tenants), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken }, async (number, token) =>
            await Database.AddOrgAsync($"org-{number}", admin, token));
        await RunAsync("suspend", "org-1");
        await RunAsync("rename", "org-2", "org-two");
        await RunAsync("drop", "org-3", "-y", "--confirm", "org-3");
        await RunAsync("clone", "org-4", "org-four");
        await Database.Database.Provisioner.Spares.FillAsync(2, cancellationToken);
        await SetBackAsync((await RunAsync("show", "org-5", "--json")).Json.GetProperty("schema").GetString()!);
        await RunAsync("migrate");

        // But what the server of the tests is known for, which other tests use too: see AuditRunTests.
        var families = (string[])["code", "data.audit_log", "data.comments", "data.persistence", "drift", "effective", "ownership", "privileges", "references", "registry"];
        var run = await RunAsync(["audit", .. families, "--json"]);
        var found = run.Json.GetProperty("report").GetProperty("checks").EnumerateArray().Where(check => check.GetProperty("status").GetString() != "passed")
            .SelectMany(check => check.GetProperty("findings").EnumerateArray().Select(finding => $"{check.GetProperty("id")}: {finding}"))
            .Where(line => !line.Contains("\"test_", StringComparison.Ordinal));
        Assert.That(found, Is.Empty, run.Err);
        var probed = await RunAsync("verify", "--json");
        Assert.That((probed.ExitCode, probed.Json.GetProperty("findings").GetArrayLength()), Is.EqualTo((0, 0)), probed.Out);
    }
}
