namespace Tenantry.Tests.Cli;

/// <summary>migrate and status over several tenants.</summary>
internal sealed class FleetTests : CliFixture
{
    private readonly List<string> schemas = [];

    [SetUp]
    public async Task MakeFleetAsync()
    {
        schemas.Clear();
        foreach (var slug in new[] { "org-a", "org-b", "org-c" })
        {
            var schema = await CreateSchemaAsync(slug);
            await SetBackAsync(schema);
            schemas.Add(schema);
        }
    }

    [Test]
    public async Task Migrate_takes_all_tenants_to_the_newest_version_and_then_finds_nothing_to_do()
    {
        var run = await RunAsync("migrate", "--json");
        Assert.That((run.ExitCode, run.Json.GetProperty("migrated").GetArrayLength()), Is.EqualTo((0, 3)), run.Err);
        Assert.That((await RunAsync("migrate", "--json")).Json.GetProperty("migrated").GetArrayLength(), Is.Zero);
        Assert.That((await RunAsync("status", "--json")).Json.GetProperty("pending").GetInt32(), Is.Zero);
    }

    [Test]
    public async Task Migrate_with_slugs_takes_only_those()
    {
        await RunAsync("migrate", "org-b");
        Assert.That(await AdminAsync<string>(
            "select string_agg(o.slug, ',') from public.tenants t join public.orgs o on o.id = t.id where t.version = 4"), Is.EqualTo("org-b"));
    }

    [TestCase("--shared")]
    [TestCase("--to", "2")]
    [TestCase("--dry-run")]
    public async Task These_leave_the_tenants_where_they_are(params string[] args)
    {
        Assert.That((await RunAsync(["migrate", .. args])).ExitCode, Is.Zero);
        Assert.That(await AdminAsync<long>("select count(*) from public.tenants where version = 3"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_dry_run_says_which_scripts_would_run_where()
    {
        var tenants = (await RunAsync("migrate", "org-a", "--dry-run", "--json")).Json.GetProperty("tenants");
        Assert.That(tenants[0].GetProperty("scripts")[0].GetString(), Is.EqualTo("0004_create_events"));
        Assert.That(tenants.GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task One_failing_tenant_is_named_the_others_are_done_and_the_exit_code_is_1()
    {
        await AdminAsync($"create table {schemas[1]}.events (in_the_way integer)");
        var run = await RunAsync("migrate", "--json");
        Assert.That((run.ExitCode, run.Json.GetProperty("migrated").GetArrayLength()), Is.EqualTo((1, 2)));
        Assert.That(run.Json.GetProperty("failed")[0].GetProperty("slug").GetString(), Is.EqualTo("org-b"));
        Assert.That(run.Err, Does.Contain("org-b").And.Contain("0004_create_events"));

        var status = await RunAsync("status", "--json");
        Assert.That((status.ExitCode, status.Json.GetProperty("failed")[0].GetProperty("slug").GetString()), Is.EqualTo((1, "org-b")));
        Assert.That((await RunAsync("status")).Out, Does.Contain("org-b").And.Contain("42P07"));

        await AdminAsync($"drop table {schemas[1]}.events");
        Assert.That((await RunAsync("migrate")).ExitCode, Is.Zero);
        Assert.That((await RunAsync("status")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Ctrl_C_finishes_the_tenant_in_hand_says_what_is_left_and_exits_with_130()
    {
        using var stop = new CancellationTokenSource();
        var run = await CliRun.RunAsync(
            ["migrate", "--parallel", "1", "--connection", Database.AdminConnection], new StringReader(""), false, new StopAfterFirstTenant(stop), stop.Token);
        Assert.That(run.ExitCode, Is.EqualTo(130), run.Err);
        Assert.That(run.Err, Does.Contain("2 tenants are left"));
        Assert.That(await AdminAsync<long>("select count(*) from public.tenants where version = 3"), Is.EqualTo(2));

        Assert.That((await RunAsync("migrate", "--json")).Json.GetProperty("migrated").GetArrayLength(), Is.EqualTo(2), "the next run takes up the rest");
    }

    [Test]
    public async Task Ctrl_C_before_the_first_tenant_exits_with_130()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var run = await CliRun.RunAsync(["migrate", "--connection", Database.AdminConnection], new StringReader(""), false, new StringWriter(), stop.Token);
        Assert.That(run.ExitCode, Is.EqualTo(130));
    }

    private sealed class StopAfterFirstTenant(CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith("org-", StringComparison.Ordinal) == true) stop.Cancel();
        }
    }
}
