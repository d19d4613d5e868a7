using Npgsql;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Tests.Cli;

/// <summary>What the commands say of schemas that wait for their orgs, and what retry mends.</summary>
internal sealed class SpareTests : CliFixture
{
    private SparePool Spares => Database.Database.Provisioner.Spares;

    [Test]
    public async Task Create_takes_a_spare()
    {
        await Spares.FillAsync(1, CancellationToken.None);
        var spare = await AdminAsync<string>("select schema_name from public.tenants");
        Assert.That(await CreateSchemaAsync("acme"), Is.EqualTo(spare));
    }

    [Test]
    public async Task A_spare_is_no_tenant_to_any_command()
    {
        await CreateAsync("acme");
        await Spares.FillAsync(2, CancellationToken.None);
        Assert.That((await RunAsync("list", "--json")).Out, Does.Contain("acme").And.Not.Contain("provisioning"));
        var status = await RunAsync("status", "--json");
        Assert.That((status.ExitCode, status.Json.GetProperty("versions")[0].GetProperty("tenants").GetInt64(), status.Json.GetProperty("spares").GetProperty("ready").GetInt64()), Is.EqualTo((0, 1L, 2L)), status.Out);
        Assert.That((await RunAsync("status")).Out, Does.Contain("2 spare schemas are ready"));
        var drift = await RunAsync("drift", "--json");
        Assert.That(drift.ExitCode, Is.Zero, drift.Out);
        var doctor = await RunAsync("doctor", "--json");
        Assert.That((doctor.ExitCode, Finding(doctor, "tenants.spares"), Finding(doctor, "tenants.orphans")), Is.EqualTo((0, "ok", "ok")), doctor.Out);

        // Nor does it keep a script in use that no tenant has any more.
        await SetBackAsync(SchemaName.For(await AdminAsync<Guid>("select id from public.orgs")).Value);
        await RunAsync("migrate");
        await RunAsync("rollback", "acme", "--steps", "1", "-y");
        Assert.That(await AdminAsync<int>("select max(version) from public.tenant_scripts"), Is.EqualTo(ScriptSet.Tenant.Newest - 1));
    }

    [Test]
    public async Task A_spare_that_failed_is_shown_with_its_error_and_made_by_retry()
    {
        await AdminAsync("alter function tenancy.create_tenant_role rename to create_tenant_role_away");
        Assert.That(async () => await Spares.FillAsync(1, CancellationToken.None), Throws.InstanceOf<PostgresException>());
        var status = await RunAsync("status");
        Assert.That(status.ExitCode, Is.EqualTo(1));
        Assert.That(status.Out, Does.Contain("The last spare failed at").And.Contain("create_tenant_role").And.Contain("0 failed"));
        Assert.That(Finding(await RunAsync("doctor", "--json"), "tenants.spares"), Is.EqualTo("warn"));
        var still = await RunAsync("retry", "--json");
        Assert.That((still.ExitCode, still.Json.GetProperty("mending").GetProperty("spareMade").GetBoolean()), Is.EqualTo((1, false)));
        Assert.That(still.Err, Does.Contain("create_tenant_role"));

        await AdminAsync("alter function tenancy.create_tenant_role_away rename to create_tenant_role");
        var mended = await RunAsync("retry", "--json");
        Assert.That((mended.ExitCode, mended.Json.GetProperty("mending").GetProperty("spareMade").GetBoolean()), Is.EqualTo((0, true)), mended.Err);
        Assert.That((await RunAsync("status")).ExitCode, Is.Zero);
        Assert.That(await AdminAsync<string>("select string_agg(state, ' ') from public.tenants"), Is.EqualTo("provisioning"));
    }

    [Test]
    public async Task Schemas_and_roles_that_the_registry_does_not_know_are_named_and_removed_when_no_row_is_in_them()
    {
        var (full, empty) = (await CreateSchemaAsync("full"), await CreateSchemaAsync("empty"));
        var known = await CreateSchemaAsync("known");
        await AdminAsync(
            $"""
            insert into {full}.projects (id, name, created_by) values (gen_random_uuid(), 'x', gen_random_uuid());
            delete from public.tenants where schema_name in ('{full}', '{empty}');
            """);
        Assert.That(Finding(await RunAsync("doctor", "--json"), "tenants.orphans"), Is.EqualTo("warn"));

        var retry = await RunAsync("retry", "--json");
        var mending = retry.Json.GetProperty("mending");
        Assert.That((retry.ExitCode, mending.GetProperty("removed")[0].GetString(), mending.GetProperty("kept")[0].GetString()), Is.EqualTo((0, empty, full)), retry.Err);
        Assert.That(retry.Err, Does.Contain($"kept, since they hold rows or have rights elsewhere: {full}"));
        Assert.That(await AdminAsync<string>($"select string_agg(nspname, ' ' order by nspname) from pg_namespace where nspname in ('{full}', '{empty}', '{known}')"), Is.EqualTo($"{full} {known}"));
        Assert.That(await AdminAsync<long>($"select count(*) from pg_roles where rolname = '{empty}'"), Is.Zero);
        Assert.That(await AdminAsync<long>($"select count(*) from {full}.projects"), Is.EqualTo(1));

        // With its schema gone, a role is left.
        await AdminAsync($"drop schema {full} cascade");
        Assert.That((await RunAsync("retry", "--json")).Json.GetProperty("mending").GetProperty("removed")[0].GetString(), Is.EqualTo(full));
        Assert.That(Finding(await RunAsync("doctor", "--json"), "tenants.orphans"), Is.EqualTo("ok"));
    }

    private static string? Finding(CliRun doctor, string check) =>
        doctor.Json.GetProperty("checks").EnumerateArray().Single(finding => finding.GetProperty("check").GetString() == check).GetProperty("status").GetString();
}
