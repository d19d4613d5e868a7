namespace Tenantry.Tests.Cli;

/// <summary>plan.</summary>
internal sealed class PlanCommandTests : CliFixture
{
    [Test]
    public async Task A_plan_is_shown_set_once_and_logged()
    {
        await CreateAsync("acme");
        var shown = (await RunAsync("plan", "acme", "--json")).Json;
        Assert.That((shown.GetProperty("plan").GetProperty("name").GetString(), shown.GetProperty("changed").GetBoolean()), Is.EqualTo(("default", false)));

        var set = await RunAsync("plan", "acme", "small", "--json");
        Assert.That((set.ExitCode, set.Json.GetProperty("changed").GetBoolean(), set.Json.GetProperty("plan").GetProperty("statementTimeout").GetString()), Is.EqualTo((0, true, "5s")), set.Err);
        var again = await RunAsync("plan", "acme", "small");
        Assert.That(again.ExitCode, Is.Zero);
        Assert.That(again.Out, Does.Contain("already").And.Contain("10 %"));
        Assert.That(await AdminAsync<string>("select string_agg(details ->> 'plan', ' ') from public.audit_log where action = 'org.plan.changed'"), Is.EqualTo("small"));
    }

    [Test]
    public async Task A_plan_or_org_that_is_not_there_is_one_line_and_changes_nothing()
    {
        await CreateAsync("acme");
        var unknown = await RunAsync("plan", "acme", "huge");
        Assert.That((unknown.ExitCode, unknown.Out), Is.EqualTo((2, "")));
        Assert.That(unknown.Err.Trim(), Does.Contain("default, large, small").And.Not.Contain("\n"));
        Assert.That((await RunAsync("plan", "globex")).ExitCode, Is.EqualTo(1));
        Assert.That(await AdminAsync<string>("select plan from public.tenants"), Is.EqualTo("default"));
    }

    [Test]
    public async Task A_migration_is_not_held_to_the_plan_of_its_tenant()
    {
        var schema = await CreateSchemaAsync("acme");
        await SetBackAsync(schema);
        await AdminAsync("insert into public.plans (name, statement_timeout, lock_timeout) values ('tight', '1ms', '1ms'); update public.tenants set plan = 'tight'");
        Assert.That((await RunAsync("migrate")).ExitCode, Is.Zero);
        Assert.That(await AdminAsync<int>("select version from public.tenants"), Is.EqualTo(4));
    }
}
