namespace Tenantry.Tests.Cli;

/// <summary>create, list, show and drop.</summary>
internal sealed class LifecycleTests : CliFixture
{
    [Test]
    public async Task An_org_is_made_listed_and_shown()
    {
        var made = await CreateAsync("acme");
        Assert.That(made.ExitCode, Is.Zero, made.Err);
        Assert.That(made.Json.GetProperty("accountMade").GetBoolean(), Is.True);

        var list = await RunAsync("list", "--state", "active", "--json");
        Assert.That(list.Json.EnumerateArray().Single().GetProperty("schema").GetString(), Is.EqualTo(made.Json.GetProperty("schema").GetString()));
        Assert.That((await RunAsync("list", "--state", "deleting", "--json")).Json.GetArrayLength(), Is.Zero);

        var show = (await RunAsync("show", "ACME", "--json")).Json;
        Assert.That((show.GetProperty("slug").GetString(), show.GetProperty("tables").GetInt64(), show.GetProperty("members").GetInt64()), Is.EqualTo(("acme", 5, 1)));
        Assert.That((await RunAsync("list")).Out, Does.Contain("acme").And.Contain("active"));
    }

    [Test]
    public async Task A_new_admin_has_an_account_without_password_and_is_told_how_to_get_one()
    {
        var made = await RunAsync("create", "acme", "--name", "Acme [red]", "--admin", "Grace@example.com");
        Assert.That(made.Out, Does.Contain("forgot password"));
        Assert.That(await AdminAsync<string>(
            "select normalized_email from public.users where password_hash is null and not email_confirmed"), Is.EqualTo("GRACE@EXAMPLE.COM"));
        Assert.That(await AdminAsync<string>("select name from public.orgs"), Is.EqualTo("Acme [red]"));
    }

    [Test]
    public async Task A_known_admin_keeps_the_account()
    {
        var ada = await Database.AddUserAsync("ada@example.com", CancellationToken.None);
        Assert.That((await CreateAsync("acme")).Json.GetProperty("accountMade").GetBoolean(), Is.False);
        Assert.That(await AdminAsync<Guid>("select user_id from public.memberships"), Is.EqualTo(ada));
    }

    [Test]
    public async Task A_taken_slug_is_one_line_and_leaves_no_account_behind()
    {
        await CreateAsync("acme");
        var again = await RunAsync("create", "acme", "--name", "Other", "--admin", "other@example.com");
        Assert.That((again.ExitCode, again.Out), Is.EqualTo((1, "")));
        Assert.That(again.Err.Trim(), Does.Contain("taken").And.Not.Contain("\n"));
        Assert.That(await AdminAsync<long>("select count(*) from public.users"), Is.EqualTo(1));
    }

    [TestCase("drop", "acme")]
    [TestCase("drop", "acme", "-y")]
    [TestCase("drop", "acme", "-y", "--confirm", "globex")]
    [TestCase("drop", "acme", "--confirm", "acme")]
    public async Task Without_a_terminal_drop_needs_both_yes_and_the_slug_again(params string[] args)
    {
        await CreateAsync("acme");
        Assert.That((await RunAsync(args)).ExitCode, Is.EqualTo(2));
        Assert.That(await AdminAsync<string>("select state from public.tenants"), Is.EqualTo("active"));
    }

    [TestCase("globex", 1, "active")]
    [TestCase("", 1, "active")]
    [TestCase("acme", 0, "deleting")]
    public async Task At_a_terminal_drop_asks_for_the_slug(string answer, int exitCode, string state)
    {
        await CreateAsync("acme");
        var drop = await CliRun.AnswerAsync(Database, answer, "drop", "acme");
        Assert.That((drop.ExitCode, await AdminAsync<string>("select state from public.tenants")), Is.EqualTo((exitCode, state)), drop.Err);
        Assert.That(drop.Err, Does.Contain("Type the slug"));
    }

    [Test]
    public async Task A_dropped_org_keeps_its_data_for_thirty_days()
    {
        var schema = await CreateSchemaAsync("acme");
        var drop = await RunAsync("drop", "acme", "-y", "--confirm", "acme", "--json");
        Assert.That((drop.ExitCode, drop.Json.GetProperty("state").GetString()), Is.EqualTo((0, "deleting")), drop.Err);
        Assert.That(drop.Json.GetProperty("keptUntil").GetDateTimeOffset(), Is.GreaterThan(TimeProvider.System.GetUtcNow().AddDays(29)));
        Assert.That(await AdminAsync<long>("select count(*) from pg_tables where schemaname = @schema", new { schema }), Is.EqualTo(5));
    }

    [Test]
    public async Task Drop_now_leaves_no_schema_no_role_and_no_row()
    {
        var schema = await CreateSchemaAsync("acme");
        var drop = await RunAsync("drop", "acme", "-y", "--confirm", "acme", "--now", "--json");
        Assert.That((drop.ExitCode, drop.Json.GetProperty("state").GetString()), Is.EqualTo((0, "erased")), drop.Err);
        Assert.That(await AdminAsync<long>(
            """
            select (select count(*) from pg_namespace where nspname = @schema) + (select count(*) from pg_roles where rolname = @schema)
                   + (select count(*) from public.tenants) + (select count(*) from public.orgs) + (select count(*) from public.memberships)
            """, new { schema }), Is.Zero);
    }
}
