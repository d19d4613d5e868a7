using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Service.Provisioning;
using Tenantry.Tests.Embedded;
using Tenantry.Tests.Faults;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Provisioning;

/// <summary>Spares are kept ready, by the service and by whoever runs a filler.</summary>
internal sealed class SpareFillerTests
{
    private TestDatabase database = null!;

    private SparePool Spares => database.Database.Provisioner.Spares;

    [SetUp]
    public async Task PrepareAsync() => database = await TestDatabase.CreateAsync(CancellationToken.None);

    [TearDown]
    public async Task CleanAsync() => await database.DisposeAsync();

    [Test, CancelAfter(60_000)]
    public async Task Two_instances_keep_spares_ready_and_make_up_for_those_that_orgs_take(CancellationToken cancellationToken)
    {
        await using var one = TestApp.StartOn(database, ("Provisioning:Warm", "2"));
        await using var two = TestApp.StartOn(database, ("Provisioning:Warm", "2"));
        await HoldsAsync(ready: 2);
        using var ada = await one.ClientForAsync("ada@example.com", cancellationToken);
        using var bob = await two.ClientForAsync("bob@example.com", cancellationToken);
        await Task.WhenAll(from i in Enumerable.Range(0, 6) select TestApp.MakeOrgAsync(i % 2 == 0 ? ada : bob, $"org-{i}", cancellationToken));

        await HoldsAsync(ready: 2);
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs/org-0/projects", new { name = "x" })).Status, Is.EqualTo(201));
        await using var server = await database.OpenAdminAsync(cancellationToken);
        await using var count = new NpgsqlCommand("select count(*) from public.tenants", server);
        Assert.That(await count.ExecuteScalarAsync(cancellationToken), Is.EqualTo(8L));
    }

    [Test, CancelAfter(60_000)]
    public async Task Warm_0_makes_none_and_removes_what_no_org_can_take(CancellationToken cancellationToken)
    {
        await new Provisioner(database.Database.Owner, new ScriptSet(ScriptSet.Tenant.Scripts.Take(3))).Spares.FillAsync(1, cancellationToken);
        Assert.That(await Spares.ReadStatusAsync(cancellationToken), Is.EqualTo(new SpareStatus { Ready = 0, Stale = 1 }));
        await using var app = TestApp.StartOn(database, ("Provisioning:Warm", "0"));
        await HoldsAsync(ready: 0);
    }

    [Test, CancelAfter(60_000)]
    public async Task A_service_killed_while_it_makes_spares_leaves_whole_ones_and_the_next_start_goes_on(CancellationToken cancellationToken)
    {
        using (var service = ServiceProcess.Start(("TENANTRY_CONNECTION", database.AdminConnection), ("ASPNETCORE_ENVIRONMENT", "Development"), ("Provisioning__Warm", "100")))
        {
            await ServiceProcess.AddressAsync(service, cancellationToken);
            await Eventually.HoldsAsync(async () => (await Spares.ReadStatusAsync(cancellationToken)).Ready >= 3);
            service.Kill();
            await service.WaitForExitAsync(cancellationToken);
        }

        var left = await Spares.ReadStatusAsync(cancellationToken);
        Assert.That((left.Ready, left.Stale, left.Error), Is.EqualTo((left.Ready, 0, (string?)null)));
        Assert.That(left.Ready, Is.LessThan(100), "it was killed in between");
        await using var server = await database.OpenAdminAsync(cancellationToken);
        await using var count = new NpgsqlCommand("select count(*) from pg_namespace where nspname like 't\\_%' and nspname not in (select schema_name from public.canaries)", server);
        Assert.That(await count.ExecuteScalarAsync(cancellationToken), Is.EqualTo(left.Ready));

        // As a hand or a half restored dump would leave it.
        await using var damage = new NpgsqlCommand("do $$ begin execute 'drop schema ' || (select min(schema_name) from public.tenants) || ' cascade'; end $$", server);
        await damage.ExecuteNonQueryAsync(cancellationToken);
        await using var app = TestApp.StartOn(database, ("Provisioning:Warm", $"{left.Ready + 1}"));
        await HoldsAsync((int)left.Ready + 1);
    }

    [Test, CancelAfter(60_000)]
    public async Task A_filler_outlives_its_database_and_tries_again_after_a_pause(CancellationToken cancellationToken)
    {
        await using var proxy = new CountingProxy(database.Logins.Owner);
        await using var owner = new OwnerDatabase(proxy.ConnectionString);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        proxy.SetDown(true);
        var reports = new Reports();
        var filling = new SpareFiller(new Provisioner(owner, ScriptSet.Tenant).Spares, 1, TimeSpan.FromMilliseconds(10), TimeProvider.System, reports).RunAsync(stop.Token);
        for (var i = 0; i < 3; i++) Assert.That((await reports.NextAsync(cancellationToken)).Error, Is.Not.Null);
        proxy.SetDown(false);
        while ((await reports.NextAsync(cancellationToken)).Error is not null)
        {
            // Until it has seen that the database is back.
        }

        Assert.That((await Spares.ReadStatusAsync(cancellationToken)).Ready, Is.EqualTo(1));
        Assert.That(await reports.NextAsync(cancellationToken), Is.EqualTo(new SpareReport(Made: 0, Removed: 0)), "it goes on looking");
        await stop.CancelAsync();
        await filling;
    }

    [Test]
    public void Options_out_of_range_are_named_at_once()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Provisioning:Warm", "101"), new("Provisioning:FillEvery", "00:00:00")]).Build();
        using var services = new ServiceCollection().AddProvisioning(database.Database.Provisioner, configuration).BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => _ = services.GetRequiredService<IOptions<ProvisioningOptions>>().Value)!;
        Assert.That(error.Failures.Count(), Is.EqualTo(2));
        Assert.That(error.Message, Does.Contain("Warm").And.Contain("FillEvery"));
    }

    // And none beside them.
    private Task HoldsAsync(int ready) =>
        Eventually.HoldsAsync(async () => await Spares.ReadStatusAsync(CancellationToken.None) == new SpareStatus { Ready = ready, Stale = 0 });

    private sealed class Reports : IProgress<SpareReport>
    {
        private readonly Channel<SpareReport> reports = Channel.CreateUnbounded<SpareReport>();

        public void Report(SpareReport value) => reports.Writer.TryWrite(value);

        public ValueTask<SpareReport> NextAsync(CancellationToken cancellationToken) => reports.Reader.ReadAsync(cancellationToken);
    }
}
