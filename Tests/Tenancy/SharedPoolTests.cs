using Dapper;
using Npgsql;
using Polly.CircuitBreaker;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenancy;

/// <summary>The connections that all tenants share: whose they are, how many, and what is kept on them.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class SharedPoolTests
{
    private const string Backend = "select pg_backend_pid()";

    // Not the text of the one who asks, which runs.
    private const string Kept = "select count(*) from pg_prepared_statements where statement like '%name from projects%' and statement not like '%pg_prepared_statements%'";

    private TestDatabase database = null!;
    private TenantScope[] scopes = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        scopes = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => database.AddTenantAsync($"org-{number}", CancellationToken.None)));
    }

    [OneTimeTearDown]
    public async Task CleanAsync() => await database.DisposeAsync();

    [Test]
    public async Task A_tenant_comes_back_to_the_connections_that_know_it()
    {
        await using var tenants = Open(poolSize: 12);
        // Known by now, and so asked for by what stays the tenant's.
        foreach (var scope in scopes) await BackendAsync(tenants, scope);
        foreach (var scope in scopes)
        {
            var backends = new HashSet<int>();
            for (var i = 0; i < 10; i++) backends.Add(await BackendAsync(tenants, scope));
            Assert.That(backends, Has.Count.LessThanOrEqualTo(2));
        }
    }

    [Test, CancelAfter(60_000)]
    public async Task One_tenant_may_have_every_connection_and_no_more_are_opened(CancellationToken cancellationToken)
    {
        const int poolSize = 7;
        await using var tenants = Open(poolSize);
        var open = new List<TenantConnection>();
        var backends = new HashSet<int>();
        for (var i = 0; i < poolSize; i++)
        {
            open.Add(tenants.CreateConnection(scopes[0]));
            await open[^1].OpenAsync(cancellationToken);
            backends.Add(await open[^1].QuerySingleAsync<int>(Backend));
        }

        Assert.That(backends, Has.Count.EqualTo(poolSize));
        var waiting = BackendAsync(tenants, scopes[1]);
        await open[3].CloseAsync();
        Assert.That(backends, Does.Contain(await waiting), "who waits gets the one that comes back");
        foreach (var connection in open) await connection.DisposeAsync();
    }

    [Test, CancelAfter(60_000)]
    public async Task A_connection_given_back_twice_makes_no_room_for_two(CancellationToken cancellationToken)
    {
        await using var tenants = Open(poolSize: 1);
        var twice = tenants.CreateConnection(scopes[0]);
        await twice.OpenAsync(cancellationToken);
        await twice.CloseAsync();
        await twice.DisposeAsync();
        twice.Dispose();
        await using var first = tenants.CreateConnection(scopes[0]);
        await first.OpenAsync(cancellationToken);
        await using var second = tenants.CreateConnection(scopes[0]);
        Assert.That(async () => await second.OpenAsync(cancellationToken), Throws.InstanceOf<DatabaseUnavailableException>());
        Assert.That(second.Open, Throws.InstanceOf<DatabaseUnavailableException>());
    }

    [Test, CancelAfter(60_000)]
    public async Task A_connection_that_could_not_be_opened_leaves_its_room_to_others([Values] bool waiting, CancellationToken cancellationToken)
    {
        var options = database.Options();
        (options.DataConnection, options.DataPoolSize) = (options.DataConnection.Replace("Port=", "Timeout=1;Port=1", StringComparison.Ordinal), 1);
        await using var tenants = new TenantDatabase(options);
        await using var first = tenants.CreateConnection(scopes[0]);
        await using var second = tenants.CreateConnection(scopes[0]);
        foreach (var connection in (TenantConnection[])[first, second])
            Assert.That(async () =>
            {
                if (waiting) await connection.OpenAsync(cancellationToken);
                else connection.Open();
            }, Throws.Exception.With.Message.Not.Contains("in use"));
    }

    [Test, CancelAfter(60_000)]
    public async Task That_all_are_in_use_is_no_fault_of_the_database(CancellationToken cancellationToken)
    {
        await using var tenants = Open(poolSize: 1);
        await using var first = tenants.CreateConnection(scopes[0]);
        await first.OpenAsync(cancellationToken);
        var refused = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var next = tenants.CreateConnection(scopes[1]);
            try { await next.OpenAsync(cancellationToken); }
            catch (DatabaseUnavailableException) { return true; }
            return false;
        }));
        Assert.That(refused, Is.All.True);
        Assert.That(tenants.Circuit, Is.EqualTo(CircuitState.Closed));
        await first.CloseAsync();
        await BackendAsync(tenants, scopes[1]);
    }

    [Test]
    public async Task Each_tenant_keeps_its_plan_where_another_came_in_between()
    {
        await using var tenants = Open(poolSize: 1);
        // Whoever is not known yet shares a text with all others; afterwards each has its own.
        for (var round = 0; round < 3; round++)
            foreach (var scope in scopes) Assert.That(await NamesAsync(tenants, scope), Is.Empty);
        Assert.That(await CountAsync(tenants, Kept), Is.EqualTo(1 + scopes.Length));
    }

    [Test]
    public async Task Who_is_not_let_in_adds_nothing_to_what_is_kept()
    {
        await using var tenants = Open(poolSize: 1);
        for (var i = 0; i < 20; i++)
            Assert.That(async () => await NamesAsync(tenants, scopes[0] with { Org = TestDatabase.SlugOf($"nobody-{i}") }), Throws.InstanceOf<TenantRefusedException>());
        Assert.That(await CountAsync(tenants, Kept), Is.LessThanOrEqualTo(1));
    }

    [Test]
    public async Task Nothing_is_kept_or_marked_where_nothing_is_prepared()
    {
        var options = database.Options();
        (options.DataPoolSize, options.MaxAutoPrepare) = (1, 0);
        await using var tenants = new TenantDatabase(options);
        for (var round = 0; round < 3; round++) await NamesAsync(tenants, scopes[0]);
        Assert.That(await CountAsync(tenants, "select count(*) from pg_prepared_statements"), Is.Zero);
        Assert.That(await CountAsync(tenants, "select case when current_query() like '/*%' then 1 else 0 end::bigint"), Is.Zero);
    }

    // Npgsql takes for prepared what it could not send, and what failed half-way; whoever has the connection next pays no price.
    [Test]
    public async Task A_text_that_cannot_be_sent_costs_the_next_request_nothing([Values] bool inTransaction)
    {
        await using var tenants = Open(poolSize: 1);
        await using (var connection = tenants.CreateConnection(scopes[0]))
            Assert.That(async () => await connection.ExecuteAsync("select @x; select 2", new { x = 1 }), Throws.InstanceOf<NotSupportedException>());
        Assert.That(await WriteAsync(tenants, scopes[0], inTransaction), Is.Zero);
    }

    [Test]
    public async Task A_statement_that_failed_when_it_was_first_run_is_well_when_it_may_be_run([Values] bool inTransaction)
    {
        // Of its own: the others go on reading theirs.
        var scope = await database.AddTenantAsync(inTransaction ? "refused-in-one" : "refused-alone", CancellationToken.None);
        await using var tenants = Open(poolSize: 1);
        await BackendAsync(tenants, scope);
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        var schema = await SchemaAsync(tenants, scope);
        await admin.ExecuteAsync($"revoke update, select on {schema}.projects from {schema}");
        Assert.That(async () => await WriteAsync(tenants, scope, inTransaction), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InsufficientPrivilege));
        await admin.ExecuteAsync($"grant update, select on {schema}.projects to {schema}");
        Assert.That(await WriteAsync(tenants, scope, inTransaction), Is.Zero);
    }

    [Test]
    public async Task A_write_whose_values_were_refused_costs_the_next_one_nothing([Values("22021", "22P02")] string state)
    {
        // Of its own: the others go on reading no names.
        var scope = await database.AddTenantAsync($"bound-{state.ToLowerInvariant()}", CancellationToken.None);
        await using var tenants = Open(poolSize: 1);
        await BackendAsync(tenants, scope);
        Assert.That(async () => await AddAsync(tenants, scope, state == "22021" ? "a\0b" : "x", state == "22P02" ? "x" : "1"), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(state));
        Assert.That(await AddAsync(tenants, scope, "x", "1"), Is.EqualTo("x"));
    }

    // What a plan needs of a partition is locked while the plan is made, which is after Parse too.
    [TestCase("lock_timeout", PostgresErrorCodes.LockNotAvailable), TestCase("statement_timeout", PostgresErrorCodes.QueryCanceled)]
    public async Task A_write_that_waited_in_vain_for_a_lock_costs_the_next_one_nothing(string limit, string state)
    {
        var scope = await database.AddTenantAsync($"locked-{state.ToLowerInvariant()}", CancellationToken.None);
        await using var tenants = Open(poolSize: 1);
        var schema = await SchemaAsync(tenants, scope);
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        await admin.ExecuteAsync($"""
            create table {schema}.parts (id int) partition by list (id);
            create table {schema}.part partition of {schema}.parts for values in (1, 2);
            insert into {schema}.parts values (1);
            grant select, update on {schema}.parts to {schema};
            insert into public.plans (name, {limit}) values ('{state.ToLowerInvariant()}', '500ms');
            update public.tenants set plan = '{state.ToLowerInvariant()}' where schema_name = '{schema}';
            """);
        await using (var holding = await admin.BeginTransactionAsync())
        {
            await admin.ExecuteAsync($"lock table {schema}.part in access exclusive mode");
            Assert.That(async () => await MoveAsync(tenants, scope), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(state));
        }

        Assert.That(await MoveAsync(tenants, scope), Is.EqualTo(2));
    }

    private static async Task<int> MoveAsync(TenantDatabase tenants, TenantScope scope)
    {
        await using var connection = tenants.CreateConnection(scope);
        return await WholeTransaction.RunCommandAsync(connection, async _ => await connection.QuerySingleAsync<int>("update parts set id = 2 where id = @id returning id", new { id = 1 }), CancellationToken.None);
    }

    // With its commit, so that it cannot be sent again.
    private static async Task<string> AddAsync(TenantDatabase tenants, TenantScope scope, string name, string revision)
    {
        await using var connection = tenants.CreateConnection(scope);
        return await WholeTransaction.RunCommandAsync(connection, async _ => await connection.QuerySingleAsync<string>(
            "insert into projects (id, name, created_by, revision) values (@id, @name, @id, @revision::text::integer) returning name", new { id = Guid.CreateVersion7(), name, revision }), CancellationToken.None);
    }

    private static async Task<string> SchemaAsync(TenantDatabase tenants, TenantScope scope)
    {
        await using var connection = tenants.CreateConnection(scope);
        return await connection.QuerySingleAsync<string>("select current_user::text");
    }

    // A transaction as a whole, as the service runs it.
    private static async Task<int> WriteAsync(TenantDatabase tenants, TenantScope scope, bool inTransaction)
    {
        await using var connection = tenants.CreateConnection(scope);
        if (!inTransaction) return (await connection.QueryAsync<Guid>("select id from projects where name = @name", new { name = "x" })).Count();
        return await WholeTransaction.RunAsync(async token =>
        {
            await connection.CloseAsync();
            await connection.OpenAsync(token);
            await using var transaction = await connection.BeginTransactionAsync(token);
            var changed = (await connection.QueryAsync<Guid>("update projects set name = name where name = @name returning id", new { name = "x" })).Count();
            await transaction.CommitAsync(token);
            return changed;
        }, CancellationToken.None);
    }

    private static async Task<int> BackendAsync(TenantDatabase tenants, TenantScope scope)
    {
        await using var connection = tenants.CreateConnection(scope);
        return await connection.QuerySingleAsync<int>(Backend);
    }

    private static async Task<IEnumerable<string>> NamesAsync(TenantDatabase tenants, TenantScope scope)
    {
        await using var connection = tenants.CreateConnection(scope);
        return await connection.QueryAsync<string>("select name from projects");
    }

    private async Task<long> CountAsync(TenantDatabase tenants, string sql)
    {
        await using var connection = tenants.CreateConnection(scopes[0]);
        return await connection.QuerySingleAsync<long>(sql);
    }

    private TenantDatabase Open(int poolSize)
    {
        var options = database.Options();
        (options.DataPoolSize, options.OpenTimeout) = (poolSize, TimeSpan.FromSeconds(2));
        return new TenantDatabase(options);
    }
}
