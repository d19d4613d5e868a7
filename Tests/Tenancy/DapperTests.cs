using Dapper;
using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenancy;

/// <summary>Dapper stays Dapper: each way of using it answers on a tenant's connection as on any other.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class DapperTests
{
    private TestDatabase database = null!;
    private TenantDatabase tenants = null!;
    private TenantScope acme = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        tenants = new TenantDatabase(database.Options());
        acme = await database.AddTenantAsync("acme", CancellationToken.None);
        await using var connection = tenants.CreateConnection(acme);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var name in (string[])["a", "b", "c"])
            await connection.ExecuteAsync("insert into projects (id, name, created_by) values (@id, @name, @id)", new { id = Guid.CreateVersion7(), name });
        await transaction.CommitAsync();
    }

    [OneTimeTearDown]
    public async Task CleanAsync()
    {
        await tenants.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test]
    public async Task Queries_of_every_arity_answer()
    {
        await using var connection = tenants.CreateConnection(acme);
        Assert.Multiple(async () =>
        {
            Assert.That(await connection.QueryAsync<string>("select name from projects order by name"), Is.EqualTo(["a", "b", "c"]));
            Assert.That(await connection.QueryFirstAsync<string>("select name from projects order by name"), Is.EqualTo("a"));
            Assert.That(await connection.QueryFirstOrDefaultAsync<string>("select name from projects where name = 'z'"), Is.Null);
            Assert.That(await connection.QuerySingleAsync<string>("select name from projects where name = @name", new { name = "b" }), Is.EqualTo("b"));
            Assert.That(async () => await connection.QuerySingleAsync<string>("select name from projects"), Throws.InvalidOperationException);
            Assert.That(await connection.ExecuteScalarAsync<long>("select count(*) from projects"), Is.EqualTo(3));
            Assert.That(await connection.ExecuteScalarAsync<string>("select name from projects where name = 'z'"), Is.Null);
            Assert.That((await connection.QueryAsync("select name, 1 as one from projects order by name")).Select(row => (string)row.name), Is.EqualTo(["a", "b", "c"]));
        });
    }

    [Test]
    public void Synchronous_use_answers_too()
    {
        using var connection = tenants.CreateConnection(acme);
        Assert.That(connection.Query<string>("select name from projects order by name"), Is.EqualTo(["a", "b", "c"]));
        Assert.That(connection.ExecuteScalar<long>("select count(*) from projects"), Is.EqualTo(3));
        connection.Open();
        using var transaction = connection.BeginTransaction();
        Assert.That(connection.Execute("update projects set description = 'x'", transaction: transaction), Is.EqualTo(3));
        transaction.Rollback();
        Assert.That(connection.ExecuteScalar<string>("select max(description) from projects"), Is.Empty);
    }

    [Test]
    public async Task Rows_can_be_streamed()
    {
        await using var connection = tenants.CreateConnection(acme);
        var seen = new List<int>();
        await foreach (var number in connection.QueryUnbufferedAsync<int>("select generate_series(1, 5000)")) seen.Add(number);
        Assert.That(seen, Is.EqualTo(Enumerable.Range(1, 5000)));
    }

    [Test]
    public async Task A_stream_left_early_leaves_the_connection_usable()
    {
        await using var connection = tenants.CreateConnection(acme);
        await foreach (var number in connection.QueryUnbufferedAsync<int>("select generate_series(1, 5000)"))
            if (number == 3) break;
        Assert.That(await connection.ExecuteScalarAsync<int>("select 7"), Is.EqualTo(7));
    }

    [Test]
    public async Task One_row_is_mapped_to_several_objects()
    {
        await using var connection = tenants.CreateConnection(acme);
        var pairs = await connection.QueryAsync<string, string, (string, string)>("select name, status from projects order by name", (name, status) => (name, status), splitOn: "status");
        Assert.That(pairs, Is.EqualTo(new[] { ("a", "active"), ("b", "active"), ("c", "active") }));
    }

    [Test]
    public async Task Many_parameter_sets_run_one_after_another_in_the_transaction()
    {
        await using var connection = tenants.CreateConnection(acme);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var changed = await connection.ExecuteAsync("update projects set description = @text where name = @name", new[] { new { name = "a", text = "1" }, new { name = "b", text = "2" } });
        Assert.That(changed, Is.EqualTo(2));
    }

    [Test]
    public async Task An_error_in_the_midst_of_rows_arrives_and_leaves_the_connection_usable()
    {
        await using var connection = tenants.CreateConnection(acme);
        await connection.OpenAsync();
        Assert.That(async () => await connection.QueryAsync<int>("select 10 / (5 - g) from generate_series(1, 9) g"),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.DivisionByZero));
        Assert.That(await connection.ExecuteScalarAsync<int>("select 7"), Is.EqualTo(7));
    }

    [Test]
    public async Task A_slow_command_can_be_cancelled_and_times_out()
    {
        const string slow = "select count(*) from generate_series(1, 2000000000)";
        await using var connection = tenants.CreateConnection(acme);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.That(async () => await connection.ExecuteScalarAsync<long>(new CommandDefinition(slow, cancellationToken: cancel.Token)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await connection.ExecuteScalarAsync<long>(new CommandDefinition(slow, commandTimeout: 1)), Throws.InstanceOf<NpgsqlException>());
        Assert.That(await connection.ExecuteScalarAsync<int>("select 7"), Is.EqualTo(7));
    }

    [Test]
    public void What_would_point_a_connection_elsewhere_is_not_there()
    {
        using var connection = tenants.CreateConnection(acme);
        Assert.That(connection.ConnectionString, Is.Empty);
        Assert.That(() => connection.ConnectionString = "Host=elsewhere", Throws.InstanceOf<NotSupportedException>());
        Assert.That(() => connection.ChangeDatabase("postgres"), Throws.InstanceOf<NotSupportedException>());
        Assert.That(connection.CanCreateBatch, Is.False);
        using var command = connection.CreateCommand();
        Assert.That(() => command.CommandType = System.Data.CommandType.StoredProcedure, Throws.InstanceOf<NotSupportedException>());
        Assert.That(() => command.Prepare(), Throws.InstanceOf<NotSupportedException>());
    }
}
