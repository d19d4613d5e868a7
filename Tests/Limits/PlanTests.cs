using Dapper;
using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Limits;

/// <summary>What an org's plan says holds for its own commands, from the next one on.</summary>
internal sealed class PlanTests
{
    private const string Timeouts = "select current_setting('statement_timeout'), current_setting('lock_timeout')";

    [Test, CancelAfter(60_000)]
    public async Task The_timeouts_of_a_plan_hold_for_its_orgs_and_leave_nothing_on_the_connection([Values] DataLogins logins, CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(logins, cancellationToken);
        var (acme, globex) = (await database.AddTenantAsync("acme", cancellationToken), await database.AddTenantAsync("globex", cancellationToken));
        await using var admin = await database.OpenAdminAsync(cancellationToken);
        var options = database.Options();
        (options.DataPoolSize, options.TenantPoolSize) = (1, 1);
        await using var tenants = new TenantDatabase(options);
        async Task<(string, string)> ReadAsync(TenantScope scope)
        {
            await using var connection = tenants.CreateConnection(scope);
            return await connection.QuerySingleAsync<(string, string)>(Timeouts);
        }

        await admin.ExecuteAsync("update public.tenants set plan = 'small' where id = (select id from public.orgs where slug = 'acme')");
        Assert.That(await ReadAsync(acme), Is.EqualTo(("5s", "1s")));
        Assert.That(await ReadAsync(globex), Is.EqualTo(("30s", "5s")));
        await using (var connection = tenants.CreateConnection(acme))
        {
            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            Assert.That(await connection.QuerySingleAsync<(string, string)>(Timeouts), Is.EqualTo(("5s", "1s")));
            Assert.That(await connection.QuerySingleAsync<string>("select current_setting('transaction_read_only')"), Is.EqualTo("off"));
        }

        await admin.ExecuteAsync("update public.tenants set plan = 'default'");
        Assert.That(await ReadAsync(acme), Is.EqualTo(("30s", "5s")));
    }

    [Test, CancelAfter(60_000)]
    public async Task An_entry_tells_what_the_plan_allows_and_a_refusal_tells_nothing(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        var acme = await database.AddTenantAsync("acme", cancellationToken);
        await using var admin = await database.OpenAdminAsync(cancellationToken);
        var schema = SchemaName.Parse((await admin.ExecuteScalarAsync<string>("select t.schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug = 'acme'"))!);
        await using var tenants = new TenantDatabase(database.Options());
        await using var connection = tenants.CreateConnection(acme);
        Assert.That(connection.Entry, Is.Null);
        await connection.ExecuteScalarAsync("select 1");
        Assert.That(connection.Entry, Is.EqualTo(new TenantEntry(schema, null, null)));

        await admin.ExecuteAsync("insert into public.plans (name, pool_share) values ('wide', 80); update public.tenants set plan = 'wide' where schema_name = @schema", new { schema = schema.Value });
        await connection.QueryAsync<int>("select 1");
        Assert.That(connection.Entry, Is.EqualTo(new TenantEntry(schema, null, 80)));
        await admin.ExecuteAsync("update public.tenants set plan = 'small' where schema_name = @schema", new { schema = schema.Value });
        await connection.QueryAsync<int>("select 1");
        Assert.That(connection.Entry, Is.EqualTo(new TenantEntry(schema, 50, 10)));

        await admin.ExecuteAsync("delete from public.memberships");
        Assert.That(() => connection.QueryAsync<int>("select 1"), Throws.InstanceOf<TenantRefusedException>());
        Assert.That(connection.Entry, Is.Null);
    }

    [TestCase("insert into public.plans (name, statement_timeout) values ('x', '0')")]
    [TestCase("insert into public.plans (name, statement_timeout) values ('x', '90s')")]
    [TestCase("insert into public.plans (name, lock_timeout) values ('x', 'soon')")]
    [TestCase("insert into public.plans (name, pool_share) values ('x', 100)")]
    [TestCase("update public.plans set requests_per_second = 1 where name = 'default'")]
    public async Task A_plan_that_limits_nothing_or_takes_all_is_refused(string sql)
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        Assert.That(() => admin.ExecuteAsync(sql), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.CheckViolation));
    }
}
