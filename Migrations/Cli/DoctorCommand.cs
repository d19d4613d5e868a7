using System.CommandLine;
using Tenantry.Migrations.Examination;
using Tenantry.Migrations.Hosting;

namespace Tenantry.Migrations.Cli;

internal static class DoctorCommand
{
    public static Command Create(Terminal terminal) =>
        new Command("doctor", "Examine connection, roles, rights, versions and settings, and say how to mend what is wrong").Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var database = invocation.Database.IsEmbedded
            ? await invocation.Database.OpenAsync(cancellationToken)
            : await invocation.Database.ConnectAsync(cancellationToken);
        var findings = await ExamineAsync(database, cancellationToken);
        var failed = findings.Count(finding => finding.Status == Finding.FailStatus);
        var warned = findings.Count(finding => finding.Status == Finding.WarnStatus);
        invocation.Output.Write(new { server = database.Description, failed, warned, checks = findings }, output =>
        {
            output.Line(database.Description);
            output.Table(["", "Check", "Found"], findings.Select(finding => new[] { finding.Status, finding.Check, finding.Detail }));
            foreach (var finding in findings.Where(finding => finding.Mend is not null)) output.Line($"{finding.Check}: {finding.Mend}");
            output.Line($"{findings.Count} checks, {failed} failed, {warned} warnings.");
        });
        return failed > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static async Task<IReadOnlyList<Finding>> ExamineAsync(TenantryDatabase database, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>(PoolerChecks.OfConnectionStrings(database.Logins));
        var logins = await ConnectionChecks.OfLoginsAsync(database.Logins, cancellationToken);
        findings.AddRange(logins);
        // The rest is asked by the owner, about what bootstrap made.
        if (logins[0].Status == Finding.FailStatus) return findings;

        await using var owner = await ConnectionChecks.OpenAsync(database.Logins.Owner, cancellationToken);
        findings.Add(ConnectionChecks.OfVersion(owner));
        if (logins.All(login => login.Status != Finding.FailStatus)) findings.AddRange(await PoolerChecks.OfServerAsync(database.Logins, cancellationToken));
        var shared = await FleetChecks.OfSharedAsync(database, cancellationToken);
        findings.Add(shared);
        if (shared.Status == Finding.FailStatus) return findings;

        findings.AddRange(await FleetChecks.OfTenantsAsync(database, cancellationToken));
        findings.Add(await FleetChecks.OfSparesAsync(database, cancellationToken));
        findings.AddRange(await FleetChecks.OfLoginsAsync(database, cancellationToken));
        var builtIns = HardeningChecks.BuiltIns(database.DataLogins);
        var names = LoginNames.Of(database.Logins);
        foreach (var check in RoleChecks.Logins.Concat(RoleChecks.Tenants).Concat(HardeningChecks.All).Concat(builtIns).Concat(SettingChecks.All))
            findings.Add(await check.RunAsync(owner, names, cancellationToken));
        findings.Add(await CanaryProbe.RunAsync(database.Logins.Data, await CanaryPair.ListAsync(database.Owner, cancellationToken), cancellationToken));
        return findings;
    }
}
