using Dapper;
using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenancy;

/// <summary>A write of one command, with which its commit travels.</summary>
internal sealed class CommandCommitTests
{
    private const string Insert = "insert into projects (id, name, created_by) values (@id, @name, @id) returning name";

    private TestDatabase database = null!;
    private CountingProxy proxy = null!;
    private TenantDatabase tenants = null!;
    private TenantScope scope = null!;
    private string schema = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        scope = await database.AddTenantAsync("acme", CancellationToken.None);
        proxy = new CountingProxy(database.Logins.Data);
        var options = database.Options();
        (options.DataConnection, options.DataPoolSize) = (proxy.ConnectionString, 6);
        tenants = new TenantDatabase(options);
        await using var connection = tenants.CreateConnection(scope);
        schema = await connection.QuerySingleAsync<string>("select current_user::text");
    }

    [TearDown]
    public async Task CleanAsync()
    {
        await tenants.DisposeAsync();
        await proxy.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test]
    public async Task It_costs_one_round_trip_and_is_kept()
    {
        await WriteAsync("first");
        await using var connection = tenants.CreateConnection(scope);
        await connection.OpenAsync();
        var before = proxy.RoundTrips;
        Assert.That(await WriteAsync(connection, "second"), Is.EqualTo("second"));
        Assert.That(proxy.RoundTrips - before, Is.EqualTo(1));
        Assert.That(await NamesAsync(), Is.EquivalentTo(["first", "second"]));
    }

    [Test]
    public async Task It_is_kept_whichever_way_its_answer_is_read()
    {
        await using var connection = tenants.CreateConnection(scope);
        await RunAsync(connection, async () => await connection.ExecuteScalarAsync<string>(Insert, New("scalar")));
        await RunAsync(connection, async () => await connection.ExecuteAsync(Insert, New("rows")));
        await RunAsync(connection, async () => (await connection.QueryAsync<string>(Insert, New("list"))).AsList());
        await RunAsync(connection, async () => await connection.QueryFirstAsync<string>(Insert, New("first")));
        await RunAsync(connection, () =>
        {
            connection.Execute(Insert, New("synchronous"));
            return Task.FromResult(0);
        });
        Assert.That(await NamesAsync(), Is.EquivalentTo(["scalar", "rows", "list", "first", "synchronous"]));
    }

    [Test]
    public async Task A_command_that_fails_keeps_nothing_and_the_connection_serves_the_next()
    {
        await using var connection = tenants.CreateConnection(scope);
        var id = Guid.CreateVersion7();
        await RunAsync(connection, async () => await connection.ExecuteAsync(Insert, new { id, name = "one" }));
        Assert.That(
            async () => await RunAsync(connection, async () => await connection.ExecuteAsync(Insert, new { id, name = "two" })),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.UniqueViolation));
        Assert.That(await WriteAsync(connection, "three"), Is.EqualTo("three"));
        Assert.That(await NamesAsync(), Is.EquivalentTo(["one", "three"]));
    }

    [Test]
    public async Task What_only_the_commit_refuses_is_told_however_the_answer_is_read()
    {
        await using (var admin = await database.OpenAdminAsync(CancellationToken.None))
            await admin.ExecuteAsync($"alter table {schema}.projects add column parent uuid default gen_random_uuid() references {schema}.projects deferrable initially deferred");
        await using var connection = tenants.CreateConnection(scope);
        foreach (var read in (Func<Task<object?>>[])[
            async () => await connection.ExecuteAsync(Insert, New("rows")),
            async () => await connection.ExecuteScalarAsync<string>(Insert, New("scalar")),
            async () => await connection.QuerySingleAsync<string>(Insert, New("single")),
            async () => await connection.QueryFirstAsync<string>(Insert, New("first")),
            async () => (await connection.QueryAsync<string>(Insert, New("list"))).AsList(),
        ])
            Assert.That(async () => await RunAsync(connection, read), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.ForeignKeyViolation));
        Assert.That(await NamesAsync(), Is.Empty);
    }

    [Test]
    public async Task What_follows_the_command_is_outside_of_its_transaction_and_only_reads()
    {
        await using var connection = tenants.CreateConnection(scope);
        var names = await RunAsync(connection, async () =>
        {
            await connection.ExecuteAsync(Insert, New("kept"));
            return (await connection.QueryAsync<string>("select name from projects")).AsList();
        });
        Assert.That(names, Is.EqualTo(["kept"]));
        Assert.That(
            async () => await RunAsync(connection, async () =>
            {
                await connection.ExecuteAsync(Insert, New("kept, too"));
                return await connection.ExecuteAsync(Insert, New("not kept"));
            }),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.ReadOnlySqlTransaction));
        Assert.That(await NamesAsync(), Is.EquivalentTo(["kept", "kept, too"]));
    }

    [Test]
    public async Task A_failure_that_is_passed_over_is_no_success()
    {
        await using var connection = tenants.CreateConnection(scope);
        Assert.That(
            async () => await RunAsync(connection, async () =>
            {
                try { return await connection.ExecuteAsync("insert into projects (id) values (null)"); }
                catch (PostgresException) { return 0; }
            }),
            Throws.InvalidOperationException);
    }

    [TestCase(true), TestCase(false)]
    public async Task A_connection_that_is_lost_is_told_and_the_command_not_sent_again(bool heard)
    {
        await WriteAsync("before");
        proxy.Lose("lost on the way", heard);
        Assert.That(async () => await WriteAsync("lost on the way"), Throws.InstanceOf<DatabaseUnavailableException>());
        Assert.That(proxy.HasLost);
        Assert.That(await NamesAsync(), Is.EquivalentTo((string[])(heard ? ["before", "lost on the way"] : ["before"])));
    }

    [Test]
    public async Task A_connection_that_is_lost_once_the_commit_was_answered_is_told_and_the_command_not_sent_again([Values] bool returning)
    {
        await WriteAsync("before");
        proxy.LoseAfter("COMMIT\0");
        await using var connection = tenants.CreateConnection(scope);
        Assert.That(
            async () => await RunAsync(connection, async () => returning
                ? await connection.QuerySingleAsync<string>(Insert, New("after"))
                : $"{await connection.ExecuteAsync(Insert.Replace("returning name", "", StringComparison.Ordinal), New("after"))}"),
            Throws.InstanceOf<DatabaseUnavailableException>());
        Assert.That(proxy.HasLost);
        Assert.That(await NamesAsync(), Is.EquivalentTo(["before", "after"]));
    }

    [Test]
    public async Task A_conflict_of_what_follows_the_commit_does_not_send_the_command_again()
    {
        await using var connection = tenants.CreateConnection(scope);
        Assert.That(
            async () => await RunAsync<int>(connection, async () =>
            {
                await connection.ExecuteAsync(Insert, New("once"));
                throw new PostgresException("lost", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
            }),
            Throws.InstanceOf<DatabaseUnavailableException>());
        Assert.That(await NamesAsync(), Is.EqualTo(["once"]));
    }

    [Test]
    public async Task A_connection_that_is_lost_while_a_long_answer_is_read_is_told_and_the_command_not_sent_again()
    {
        await WriteAsync("before");
        var parts = 0;
        // The answer is longer than what the server holds back, and the last of it, with the commit's, does not come.
        proxy.Passes = (speaker, said) => Task.FromResult(speaker == 1 || Interlocked.Add(ref parts, said.Length) < 100_000);
        await using var connection = tenants.CreateConnection(scope);
        Assert.That(
            async () => await RunAsync(connection, async () => (await connection.QueryAsync<string>(
                "with added as (insert into projects (id, name, created_by) values (@id, @name, @id) returning name) select repeat(name, 1000) from added, generate_series(1, 100)", New("long"))).AsList()),
            Throws.InstanceOf<DatabaseUnavailableException>());
        proxy.Passes = null;
        Assert.That((await NamesAsync()).Count(name => name == "long"), Is.LessThanOrEqualTo(1));
    }

    [Test]
    public async Task Once_a_dead_connection_is_found_no_other_that_waited_is_given_out()
    {
        var open = new List<TenantConnection>();
        for (var i = 0; i < 6; i++)
        {
            open.Add(tenants.CreateConnection(scope));
            await open[^1].OpenAsync();
        }

        foreach (var connection in open) await connection.CloseAsync();
        proxy.SetDown(true);
        proxy.SetDown(false);
        Assert.That(await NamesAsync(), Is.Empty, "a read is sent again");
        foreach (var connection in open) await connection.OpenAsync();
        foreach (var connection in open) Assert.That(await WriteAsync(connection, "after"), Is.EqualTo("after"));
        foreach (var connection in open) await connection.DisposeAsync();
    }

    private static object New(string name) => new { id = Guid.CreateVersion7(), name };

    private static ValueTask<T> RunAsync<T>(TenantConnection connection, Func<Task<T>> command) =>
        WholeTransaction.RunCommandAsync(connection, async _ => await command(), CancellationToken.None);

    private async Task WriteAsync(string name)
    {
        await using var connection = tenants.CreateConnection(scope);
        await WriteAsync(connection, name);
    }

    private static ValueTask<string> WriteAsync(TenantConnection connection, string name) => RunAsync(connection, () => connection.QuerySingleAsync<string>(Insert, New(name)));

    private async Task<IReadOnlyList<string>> NamesAsync()
    {
        await using var connection = tenants.CreateConnection(scope);
        return (await connection.QueryAsync<string>("select name from projects")).AsList();
    }
}
