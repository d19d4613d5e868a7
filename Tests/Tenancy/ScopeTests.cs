using Dapper;
using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenancy;

/// <summary>What a command may and may not do, with a scope and without. The tests share one database, which none of them changes.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class ScopeTests
{
    private TestDatabase database = null!;
    private TenantDatabase tenants = null!;
    private TenantScope acme = null!;
    private string acmeSchema = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        tenants = new TenantDatabase(database.Options());
        acme = await database.AddTenantAsync("acme", CancellationToken.None);
        await using var connection = tenants.CreateConnection(acme);
        acmeSchema = (await connection.QuerySingleAsync<string>("select current_user::text"));
    }

    [OneTimeTearDown]
    public async Task CleanAsync()
    {
        await tenants.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test]
    public async Task A_command_runs_with_its_tenants_role_and_path_and_no_other()
    {
        await using var connection = tenants.CreateConnection(acme);
        var (role, login, path) = await connection.QuerySingleAsync<(string, string, string)>(
            "select current_user::text, session_user::text, current_setting('search_path')");

        Assert.That(role, Does.Match("^t_[0-9a-z]{26}$"));
        Assert.That(login, Does.EndWith("_data"));
        Assert.That(path, Is.EqualTo($"{role}, pg_temp"));
    }

    [Test]
    public async Task The_next_tenant_on_the_same_connection_finds_nothing_of_the_last([Values] bool inTransaction)
    {
        var globex = await database.AddTenantAsync($"globex-{inTransaction}".ToLowerInvariant(), CancellationToken.None);
        var options = database.Options();
        options.DataPoolSize = 1;
        await using var one = new TenantDatabase(options);

        int backend;
        await using (var connection = one.CreateConnection(acme))
        {
            await connection.OpenAsync();
            await using var transaction = inTransaction ? await connection.BeginTransactionAsync() : null;
            backend = await connection.ExecuteScalarAsync<int>("select pg_backend_pid()");
        }

        await using var next = one.CreateConnection(globex);
        var (pid, role, path, readOnly) = await next.QuerySingleAsync<(int, string, string, string)>(
            "select pg_backend_pid(), current_user::text, current_setting('search_path'), current_setting('transaction_read_only')");
        Assert.Multiple(() =>
        {
            Assert.That(pid, Is.EqualTo(backend), "the same physical connection");
            Assert.That(role, Is.Not.EqualTo(acmeSchema).And.StartsWith("t_"));
            Assert.That(path, Is.EqualTo($"{role}, pg_temp"));
            Assert.That(readOnly, Is.EqualTo("on"));
        });
    }

    [TestCase("select name from public.users")]
    [TestCase("select slug from public.orgs")]
    [TestCase("select name from {0}.projects")]
    [TestCase("select name from projects")]
    [TestCase("create table t (id int)")]
    [TestCase("create temp table t (id int)")]
    [TestCase("create table {0}.t (id int)")]
    public async Task The_bare_data_login_reads_and_makes_nothing(string sql)
    {
        await using var login = await TestDatabase.OpenAsync(database.Logins.Data, CancellationToken.None);
        Assert.That(async () => await login.ExecuteAsync(string.Format(null, sql, acmeSchema)),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").AnyOf("42501", "42P01", "3F000"));
    }

    [Test]
    public async Task After_reset_role_nothing_is_read([Values("reset role", "set role none")] string reset)
    {
        await using var connection = tenants.CreateConnection(acme);
        await connection.OpenAsync();
        await using var login = await TestDatabase.OpenAsync(database.Logins.Data, CancellationToken.None);
        await using var transaction = await login.BeginTransactionAsync();
        await login.ExecuteAsync($"set local role {acmeSchema}; set local search_path = {acmeSchema}, pg_temp");
        Assert.That(await login.ExecuteScalarAsync<long>("select count(*) from projects"), Is.Zero, "the tenant's role reads its own");

        await login.ExecuteAsync(reset);
        Assert.That(async () => await login.ExecuteScalarAsync<long>($"select count(*) from {acmeSchema}.projects"),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo("42501"));
    }

    [Test]
    public async Task A_command_after_reset_role_in_a_transaction_is_the_tenants_again()
    {
        await using var connection = tenants.CreateConnection(acme);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var reset = connection.CreateTenantBatch(new NpgsqlBatchCommand("reset role"), 10, again: false)) await reset.ExecuteNonQueryAsync();
        Assert.That(await connection.QuerySingleAsync<string>("select current_user::text"), Is.EqualTo(acmeSchema));
    }

    [Test]
    public async Task A_command_after_a_rolled_back_savepoint_is_still_the_tenants()
    {
        await using var connection = tenants.CreateConnection(acme);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.SaveAsync("before");
        await connection.ExecuteAsync("select 1");
        Assert.That(async () => await connection.ExecuteAsync("select 1 / 0"), Throws.InstanceOf<PostgresException>());
        await transaction.RollbackAsync("before");
        Assert.That(await connection.QuerySingleAsync<string>("select current_user::text"), Is.EqualTo(acmeSchema));
    }

    [Test]
    public async Task A_write_outside_a_transaction_is_refused()
    {
        await using var connection = tenants.CreateConnection(acme);
        Assert.That(async () => await connection.ExecuteAsync("delete from projects"),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.ReadOnlySqlTransaction));
    }

    [TestCase("select 1; select 2")]
    [TestCase("select 1; reset role")]
    public async Task Stacked_statements_are_refused(string sql)
    {
        await using var connection = tenants.CreateConnection(acme);
        Assert.That(async () => await connection.ExecuteAsync(sql),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.SyntaxError));
        Assert.That(async () => await connection.ExecuteAsync(sql.Replace('1', ' ') + " where @x = 1", new { x = 1 }), Throws.InstanceOf<Exception>());
    }

    [TestCase("select set_config('role', 'none', true)")]
    [TestCase("select set_config('search_path', 'public', true)")]
    [TestCase("select tenancy.enter(null, null, null, null, null, null)")]
    [TestCase("select tenancy.enter(null, null, null, null, null, null, null)")]
    [TestCase("select tenancy.create_tenant_role('t_00000000000')")]
    [TestCase("select pg_advisory_lock(1)")]
    [TestCase("select query_to_xml('select 1', true, true, '')")]
    [TestCase("select pg_notify('x', 'y')")]
    [TestCase("select lo_create(0)")]
    [TestCase("select loread(0, 1)")]
    [TestCase("select lowrite(0, 'x')")]
    [TestCase("select count(*) from ts_stat('select null::tsvector')")]
    [TestCase("select ts_rewrite('a'::tsquery, 'select null::tsquery, null::tsquery')")]
    [TestCase("select cursor_to_xml('c', 1, true, true, '')")]
    [TestCase("select table_to_xml('projects', true, true, '')")]
    [TestCase("select schema_to_xml('pg_catalog', true, true, '')")]
    [TestCase("select database_to_xml(true, true, '')")]
    [TestCase("select pg_try_advisory_lock(1)")]
    [TestCase("select pg_cancel_backend(0)")]
    [TestCase("select pg_terminate_backend(0)")]
    [TestCase("select pg_export_snapshot()")]
    [TestCase("select pg_logical_emit_message(true, 'x', 'y')")]
    [TestCase("select pg_sleep(0)")]
    [TestCase("select pg_sleep_for('0s')")]
    [TestCase("select pg_sleep_until(now())")]
    [TestCase("select checksum from migration_journal")]
    [TestCase("select id from public.users")]
    public async Task A_tenant_is_refused_what_is_not_its_own(string sql)
    {
        await using var connection = tenants.CreateConnection(acme);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.That(async () => await connection.ExecuteAsync(sql),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test]
    public async Task Another_tenants_tables_are_refused_by_name()
    {
        var globex = await database.AddTenantAsync("globex", CancellationToken.None);
        await using var connection = tenants.CreateConnection(globex);
        Assert.That(async () => await connection.ExecuteAsync($"select name from {acmeSchema}.projects"),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test]
    public void A_scope_without_an_org_sends_nothing()
    {
        Assert.That(async () =>
        {
            await using var connection = tenants.CreateConnection(new TenantScope(acme.SessionId, default));
            await connection.ExecuteAsync("select 1");
        }, Throws.InvalidOperationException);
    }
}
