using Dapper;
using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Attacks;

/// <summary>One physical connection, left in every state that there is, and then given to another tenant.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class DirtyConnectionTests
{
    private AttackedDatabase attacked = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        attacked = await AttackedDatabase.CreateAsync(CancellationToken.None);
        await using var admin = await attacked.Database.OpenAdminAsync(CancellationToken.None);
        // Rights that nobody has, so that there is something to leave behind.
        await admin.ExecuteAsync(attacked.Fill(
            """
            grant temporary on database {db} to {db}_data;
            grant execute on function pg_advisory_lock(bigint) to {db}_data;
            """));
    }

    [OneTimeTearDown]
    public async Task CleanAsync() => await attacked.DisposeAsync();

    // With prepared statements Npgsql resets a connection step by step instead of by DISCARD ALL.
    [Test, CancelAfter(60_000)]
    public async Task Nothing_that_a_session_holds_reaches_the_next_tenant(
        [Values(
            "set role {attacker}",
            "set search_path = {attacker}",
            "set statement_timeout = 1",
            "set default_transaction_read_only = on",
            "set application_name = 'dirty'",
            "create temp table projects as select 'shadow'::text as name",
            "create temp table shadow (id integer); set search_path = pg_temp",
            "select pg_advisory_lock(7)",
            "listen tenants",
            "declare c cursor with hold for select 1",
            "begin; set local role {attacker}",
            "begin; select 1 / 0")] string dirt,
        [Values(0, 20)] int prepared, CancellationToken cancellationToken)
    {
        var options = attacked.Database.Options();
        await using var source = DataSources.Build($"{options.DataConnection};Max Auto Prepare={prepared};Auto Prepare Min Usages=1", 1, "dirty", TimeSpan.FromMinutes(5));
        int backend;
        await using (var raw = await source.OpenConnectionAsync(cancellationToken))
        {
            backend = raw.ProcessID;
            await raw.ExecuteScalarAsync<int>("select 7");
            try { await raw.ExecuteAsync(attacked.Fill(dirt)); }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.DivisionByZero) { }
        }

        using var circuit = new DatabaseCircuit("data", options);

        await using var next = Connect(source, circuit, attacked.Victim, options);
        await next.OpenAsync(cancellationToken);
        var state = await next.QuerySingleAsync<(int Backend, string Role, string Path, string Timeout, string Application)>(
            "select pg_backend_pid(), current_user::text, current_setting('search_path'), current_setting('statement_timeout'), current_setting('application_name')");
        Assert.That(state, Is.EqualTo((backend, attacked.VictimSchema, $"{attacked.VictimSchema}, pg_temp", "30s", "dirty")));
        Assert.That(await next.QueryAsync<string>("select name from projects"), Is.EqualTo([AttackedDatabase.Secret]));
        Assert.That(await next.QuerySingleAsync<string>(
            """
            select concat_ws(' ', (select count(*) from pg_listening_channels()), (select count(*) from pg_cursors where name = 'c'),
                (select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'advisory'),
                (select count(*) from pg_class where relnamespace = pg_my_temp_schema()))
            """), Is.EqualTo("0 0 0 0"));
        await using var transaction = await next.BeginTransactionAsync(cancellationToken);
        Assert.That(await next.ExecuteAsync("update projects set revision = revision"), Is.EqualTo(1), "it can write");
    }

    // DISCARD ALL takes prepared statements away; where Npgsql keeps its own, it keeps others too. Our connection sends no PREPARE.
    [TestCase(0, ExpectedResult = 0)]
    [TestCase(20, ExpectedResult = 1)]
    public async Task<long> A_statement_prepared_past_our_code_outlives_its_request_only_with_Max_Auto_Prepare(int prepared)
    {
        var options = attacked.Database.Options();
        await using var source = DataSources.Build($"{options.DataConnection};Max Auto Prepare={prepared};Auto Prepare Min Usages=1", 1, "dirty", TimeSpan.FromMinutes(5));
        await using (var raw = await source.OpenConnectionAsync())
        {
            await raw.ExecuteScalarAsync<int>("select 7");
            await raw.ExecuteAsync("prepare stolen as select 1;");
        }

        using var circuit = new DatabaseCircuit("data", options);

        await using var next = Connect(source, circuit, attacked.Victim, options);
        return await next.ExecuteScalarAsync<long>("select count(*) from pg_prepared_statements where name = 'stolen'");
    }

    [Test, CancelAfter(60_000)]
    public async Task However_a_request_ends_the_next_tenant_is_well(
        [Values("cancelled", "timed out", "failed", "refused", "left open", "reader left", "backend gone")] string end, [Values] bool inTransaction, CancellationToken cancellationToken)
    {
        await using var tenants = attacked.OpenPoolOfOne();
        await EndAsync(tenants, end, inTransaction, cancellationToken);
        // A connection whose server side is gone is found out, and replaced, by the one who gets it.
        Assert.That(await AttackedDatabase.NamesAsync(tenants, attacked.Victim), Is.EqualTo([AttackedDatabase.Secret]));
        Assert.That(await AttackedDatabase.NamesAsync(tenants, attacked.Attacker), Is.EqualTo(["own"]));
    }

    [Test]
    public async Task A_request_leaves_nothing_on_a_session_that_nobody_resets([Values] bool inTransaction)
    {
        var options = attacked.Database.Options();
        await using var source = NpgsqlDataSource.Create($"{options.DataConnection};Pooling=true;Maximum Pool Size=1;No Reset On Close=true");
        using var circuit = new DatabaseCircuit("data", options);
        await using (var request = Connect(source, circuit, attacked.Attacker, options))
        {
            await request.OpenAsync();
            await using var transaction = inTransaction ? await request.BeginTransactionAsync() : null;
            await request.QueryAsync<string>("select name from projects");
            if (transaction is not null) await transaction.CommitAsync();
        }

        await using var after = await source.OpenConnectionAsync();
        Assert.That(await after.QuerySingleAsync<(string, string, string)>("select current_user::text, current_setting('search_path'), current_setting('transaction_read_only')"),
            Is.EqualTo((new NpgsqlConnectionStringBuilder(options.DataConnection).Username, "\"\"", "off")));
    }

    [Test]
    public async Task A_role_that_somebody_left_behind_a_pooler_is_shed_and_costs_no_request([Values("reads", "writes", "writes and blocks")] string how)
    {
        var options = attacked.Database.Options();
        // Never reset, as behind PgBouncer in transaction mode.
        await using var source = NpgsqlDataSource.Create($"{options.DataConnection};Pooling=true;Maximum Pool Size=1;No Reset On Close=true");
        await using (var raw = await source.OpenConnectionAsync()) await raw.ExecuteAsync(attacked.Fill("set role {attacker}; set search_path = {attacker}"));

        using var circuit = new DatabaseCircuit("data", options);

        await using (var next = Connect(source, circuit, attacked.Victim, options))
        {
            const string Update = "update projects set name = name returning name";
            var names = how switch
            {
                "reads" => await next.QueryAsync<string>("select name from projects"),
                "writes" => await WholeTransaction.RunCommandAsync(next, async _ => await next.QueryAsync<string>(Update), CancellationToken.None),
                _ => await WholeTransaction.RunCommandAsync(next, _ => ValueTask.FromResult(next.Query<string>(Update)), CancellationToken.None),
            };
            Assert.That(names, Is.EqualTo([AttackedDatabase.Secret]));
        }

        await using var after = await source.OpenConnectionAsync();
        Assert.That(await after.QuerySingleAsync<string>("select current_user::text"), Does.EndWith("_data"));
    }

    [Test]
    public async Task An_ambient_TransactionScope_carries_nothing_from_one_use_to_the_next()
    {
        var options = attacked.Database.Options();
        await using var source = DataSources.Build(options.DataConnection + ";Enlist=true", 1, "dirty", TimeSpan.FromMinutes(5));
#pragma warning disable RS0030 // Banned for us; somebody else's code may stand in one.
        using var ambient = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled);
#pragma warning restore RS0030
        await using (var raw = await source.OpenConnectionAsync()) await raw.ExecuteAsync(attacked.Fill("set role {attacker}; set search_path = {attacker}"));
        await using var next = await source.OpenConnectionAsync();
        var (role, path) = await next.QuerySingleAsync<(string, string)>("select current_user::text, current_setting('search_path')");
        Assert.That((role, path), Is.EqualTo((new NpgsqlConnectionStringBuilder(options.DataConnection).Username, "\"\"")));
    }

    [Test]
    public async Task A_session_is_reset_even_if_the_connection_string_says_not_to()
    {
        var options = attacked.Database.Options();
        await using var source = DataSources.Build(options.DataConnection + ";No Reset On Close=true", 1, "dirty", TimeSpan.FromMinutes(5));
        await using (var raw = await source.OpenConnectionAsync()) await raw.ExecuteAsync(attacked.Fill("set role {attacker}; set search_path = {attacker}"));
        await using var next = await source.OpenConnectionAsync();
        var (role, path) = await next.QuerySingleAsync<(string, string)>("select current_user::text, current_setting('search_path')");
        Assert.That((role, path), Is.EqualTo((new NpgsqlConnectionStringBuilder(options.DataConnection).Username, "\"\"")));
    }

    [Test]
    public async Task A_session_serves_one_caller_at_a_time_even_if_the_connection_string_says_otherwise()
    {
        await using var source = DataSources.Build(attacked.Database.Options().DataConnection + ";Multiplexing=true;Timeout=1", 1, "dirty", TimeSpan.FromMinutes(5));
        await using var first = await source.OpenConnectionAsync();
        Assert.That(async () => await source.OpenConnectionAsync(), Throws.InstanceOf<NpgsqlException>().With.Message.Contains("pool"));
    }

    private static TenantConnection Connect(NpgsqlDataSource source, DatabaseCircuit circuit, TenantScope scope, TenancyOptions options) =>
        new(DataPlane.Of(new SharedPool([new PoolSlot(source)], 1, 1, options.OpenTimeout), circuit, options), scope);

    private async Task EndAsync(TenantDatabase tenants, string end, bool inTransaction, CancellationToken cancellationToken)
    {
        const string slow = "select count(*) from generate_series(1, 2000000000)";
        await using var connection = tenants.CreateConnection(end == "refused" ? new TenantScope(attacked.Attacker.SessionId, attacked.Victim.Org) : attacked.Attacker);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = inTransaction ? await connection.BeginTransactionAsync(cancellationToken) : null;
        if (inTransaction && end != "refused")
            await connection.ExecuteAsync("insert into projects (id, name, created_by) values (@id, 'uncommitted', @id)", new { id = Guid.CreateVersion7() });
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(150));
        Task ending = end switch
        {
            "cancelled" => connection.ExecuteScalarAsync<long>(new CommandDefinition(slow, cancellationToken: stop.Token)),
            "timed out" => connection.ExecuteScalarAsync<long>(new CommandDefinition(slow, commandTimeout: 1)),
            "failed" => connection.ExecuteAsync("select 1 / 0"),
            "refused" => connection.ExecuteAsync("select 1"),
            "reader left" => connection.ExecuteReaderAsync("select g from generate_series(1, 100000) g"),
            "backend gone" => KillAsync(connection, cancellationToken),
            _ => connection.ExecuteScalarAsync<long>("select count(*) from projects"),
        };
        if (end is "left open" or "reader left" or "backend gone") await ending;
        else Assert.That(async () => await ending, Throws.Exception);
    }

    private async Task KillAsync(TenantConnection connection, CancellationToken cancellationToken)
    {
        var backend = await connection.ExecuteScalarAsync<int>("select pg_backend_pid()");
        await using var admin = await attacked.Database.OpenAdminAsync(cancellationToken);
        await admin.ExecuteAsync("select pg_terminate_backend(@backend, 5000)", new { backend });
    }
}
