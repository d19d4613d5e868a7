using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Fleet;

/// <summary>What a schema costs in round trips does not grow with its scripts.</summary>
internal sealed class RoundTripTests
{
    [Test, CancelAfter(60_000)]
    public async Task All_scripts_of_a_tenant_travel_together(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        var admin = await database.AddUserAsync("ada@example.com", cancellationToken);
        await using var proxy = new CountingProxy(database.Logins.Owner);
        await using var owner = new OwnerDatabase(proxy.ConnectionString);

        async Task<int> CountAsync(Func<Task> work)
        {
            var before = proxy.RoundTrips;
            await work();
            return proxy.RoundTrips - before;
        }

        Task MakeAsync(string slug, int target) =>
            new Provisioner(owner, UpTo(target)).CreateAsync(new NewOrg(TestDatabase.SlugOf(slug), slug, admin, admin), cancellationToken);

        async Task MigrateAsync(int target) =>
            Assert.That((await new FleetMigrator(owner, UpTo(target)).MigrateAsync(new FleetOptions(), null, cancellationToken)).Migrated, Has.Count.EqualTo(1));

        await MakeAsync("first-opens-the-connection", 20);
        var few = await CountAsync(() => MakeAsync("four-scripts", 4));
        Assert.That(await CountAsync(() => MakeAsync("twenty-scripts", 20)), Is.EqualTo(few));
        // Take a tenant's row; org, admin and log row; the schema; the commit. With a spare there is no schema to make.
        Assert.That(few, Is.EqualTo(4));
        Assert.That(await new Provisioner(database.Database.Owner, UpTo(20)).Spares.FillAsync(1, cancellationToken), Is.EqualTo(new SpareReport(1, 0)));
        Assert.That(await CountAsync(() => MakeAsync("from-a-spare", 20)), Is.EqualTo(3));

        await MigrateAsync(5);
        var single = await CountAsync(() => MigrateAsync(6));
        // Which scripts tenants had, who is behind, what they get; then lock and journal, the batch, the commit.
        Assert.That(await CountAsync(() => MigrateAsync(20)), Is.EqualTo(single).And.LessThanOrEqualTo(6));
    }

    private static ScriptSet UpTo(int version) => new(ScriptSet.Tenant.Scripts.Take(3).Concat(Enumerable.Range(4, version - 3).Select(number =>
        new MigrationScript(number, $"{number:0000}_create", $"create table t{number} (id uuid primary key); create table u{number} (id uuid primary key);", null))));
}
