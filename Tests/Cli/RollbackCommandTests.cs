namespace Tenantry.Tests.Cli;

/// <summary>rollback by the command line.</summary>
internal sealed class RollbackCommandTests : CliFixture
{
    [Test]
    public async Task Steps_count_from_the_highest_version_so_that_nobody_goes_back_twice()
    {
        await CreateSchemaAsync("org-a");
        await SetBackAsync(await CreateSchemaAsync("org-b"));
        var run = await RunAsync("rollback", "--all", "--steps", "1", "-y", "--json");
        Assert.That((run.ExitCode, run.Json.GetProperty("migrated").EnumerateArray().Single().GetProperty("slug").GetString()), Is.EqualTo((0, "org-a")), run.Err);
        Assert.That(await AdminAsync<long>("select count(*) from public.tenants where version = 2"), Is.EqualTo(2));
    }

    [Test]
    public async Task Only_the_named_orgs_go_back()
    {
        await CreateSchemaAsync("org-a");
        await CreateSchemaAsync("org-b");
        Assert.That((await RunAsync("rollback", "org-a", "--to", "1", "-y")).ExitCode, Is.Zero);
        Assert.That(await AdminAsync<string>("select string_agg(o.slug || t.version, ' ' order by o.slug) from public.tenants t join public.orgs o on o.id = t.id"), Is.EqualTo("org-a1 org-b3"));
    }

    [TestCase("no", 1, 3)]
    [TestCase("yes", 0, 2)]
    public async Task At_a_terminal_it_asks(string answer, int exitCode, int version)
    {
        await CreateSchemaAsync("org-a");
        var run = await CliRun.AnswerAsync(Database, answer, "rollback", "org-a", "--steps", "1");
        Assert.That((run.ExitCode, await AdminAsync<int>("select version from public.tenants")), Is.EqualTo((exitCode, version)), run.Err);
    }
}
