using Tenantry.Tests.Cli;

namespace Tenantry.Tests.Fleet;

/// <summary>A hundred tenants, of which one is broken, by the command line.</summary>
internal sealed class HundredTenantsTests : CliFixture
{
    [Test, CancelAfter(90_000)]
    public async Task Ninety_nine_are_done_number_37_is_named_and_retry_finishes_that_one(CancellationToken cancellationToken)
    {
        var admin = await Database.AddUserAsync("ada@example.com", cancellationToken);
        await Parallel.ForEachAsync(Enumerable.Range(1, 100), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (number, token) =>
            await Database.AddOrgAsync($"org-{number}", admin, token));
        await AdminAsync(
            """
            do $$
            declare s text;
            begin
                for s in select schema_name from public.tenants loop
                    execute format('drop table %I.idempotency_keys', s);
                    execute format('delete from %I.migration_journal where name = %L', s, '0003_create_idempotency_keys');
                    update public.tenants set version = 2 where schema_name = s;
                end loop;
            end $$
            """);
        var broken = await AdminAsync<string>("select t.schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug = 'org-37'");
        await AdminAsync($"create table {broken}.idempotency_keys (in_the_way integer)");

        var run = await RunAsync("migrate", "--json");
        Assert.That((run.ExitCode, run.Json.GetProperty("migrated").GetArrayLength()), Is.EqualTo((1, 99)), run.Err);
        var failed = run.Json.GetProperty("failed").EnumerateArray().Single();
        Assert.That(
            (failed.GetProperty("slug").GetString(), failed.GetProperty("script").GetString(), failed.GetProperty("line").GetInt32(), failed.GetProperty("sqlState").GetString()),
            Is.EqualTo(("org-37", "0003_create_idempotency_keys", 2, "42P07")));
        Assert.That(failed.GetProperty("statement").GetString(), Does.StartWith("create table idempotency_keys"));
        Assert.That(run.Err, Does.Contain("Failed: org-37 stays at version 2").And.Contain("42P07").And.Contain("100 of 100").And.Contain("tenantry retry"));

        Assert.That((await RunAsync("retry", "--json")).ExitCode, Is.EqualTo(1), "it is not mended yet");
        await AdminAsync($"drop table {broken}.idempotency_keys");
        var retry = await RunAsync("retry", "--json");
        Assert.That((retry.ExitCode, retry.Json.GetProperty("migrated").EnumerateArray().Single().GetProperty("slug").GetString()), Is.EqualTo((0, "org-37")), retry.Err);
        Assert.That((await RunAsync("status")).ExitCode, Is.Zero);
        Assert.That((await RunAsync("retry", "--json")).Json.GetProperty("migrated").GetArrayLength(), Is.Zero);
    }
}
