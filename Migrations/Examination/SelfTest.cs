using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Hosting;

namespace Tenantry.Migrations.Examination;

/// <summary>What must hold before a service serves; fails closed, at the first question that cannot be answered well.</summary>
internal static class SelfTest
{
    public static async Task RequireAsync(TenantryDatabase database, int oldest, int newest, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await foreach (var finding in ExamineAsync(database, oldest, newest, cancellationToken))
        {
            if (finding.Status == Finding.FailStatus)
                throw new DatabaseConfigurationException($"The self-test stopped the service: {finding.Detail} ({finding.Check}). {finding.Mend} `tenantry doctor` tells more.");
            if (finding.Status == Finding.WarnStatus) progress.Report($"{finding.Check}: {finding.Detail}. {finding.Mend}");
        }
    }

    private static async IAsyncEnumerable<Finding> ExamineAsync(
        TenantryDatabase database, int oldest, int newest, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var finding in PoolerChecks.OfConnectionStrings(database.Logins)) yield return finding;
        await using var owner = await database.Owner.OpenAsync(cancellationToken);
        yield return ConnectionChecks.OfVersion(owner);
        yield return await FleetChecks.OfSharedAsync(database, cancellationToken);
        yield return await FleetChecks.OfRangeAsync(database, oldest, newest, cancellationToken);
        foreach (var finding in await FleetChecks.OfLoginsAsync(database, cancellationToken)) yield return finding;
        foreach (var finding in await PoolerChecks.OfServerAsync(database.Logins, cancellationToken)) yield return finding;
        var names = LoginNames.Of(database.Logins);
        foreach (var check in RoleChecks.Logins.Concat(HardeningChecks.All).Concat(HardeningChecks.BuiltIns(database.DataLogins)))
            yield return await check.RunAsync(owner, names, cancellationToken);
        yield return await CanaryProbe.RunAsync(database.Logins.Data, await CanaryPair.ListAsync(database.Owner, cancellationToken), cancellationToken);
    }
}
