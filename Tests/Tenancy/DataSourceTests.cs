using Dapper;
using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenancy;

/// <summary>What a pool must not do in a database of thousands of schemas.</summary>
internal sealed class DataSourceTests
{
    [Test]
    public async Task Types_of_tenants_are_not_loaded_of_which_there_would_be_thousands()
    {
        await using var database = await TestDatabase.CreateEmptyAsync(CancellationToken.None);
        await using (var admin = await database.OpenAdminAsync(CancellationToken.None))
            await admin.ExecuteAsync("create schema t_0000000000; create type t_0000000000.mood as enum ('fair')");

        async Task<string> NameAsync(NpgsqlDataSource source)
        {
            await using var command = source.CreateCommand("select 'fair'::t_0000000000.mood");
            await using var reader = await command.ExecuteReaderAsync();
            return reader.GetDataTypeName(0);
        }

        await using var ours = DataSources.Build(database.AdminConnection, 1, "test", TimeSpan.FromMinutes(1));
        Assert.That(await NameAsync(ours), Does.Not.Contain("mood"));
        await using var control = NpgsqlDataSource.Create(database.AdminConnection);
        Assert.That(await NameAsync(control), Does.Contain("mood"), "the control, which loads all");
    }

    [Test]
    public async Task Connections_are_bounded_and_end_so_that_their_caches_do()
    {
        await using var source = DataSources.Build("Host=localhost;Username=x;Maximum Pool Size=900", 7, "test", new TenancyOptions().ConnectionLifetime);
        var built = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        Assert.That((built.MaxPoolSize, built.ConnectionLifetime), Is.EqualTo((7, 600)));
    }

    // Npgsql sets the socket's timeouts whenever a command's is another than the connection's, and back when it resets the connection.
    [Test]
    public async Task A_command_to_a_tenant_has_the_timeout_that_its_connection_has_already()
    {
        var options = new TenancyOptions { DataConnection = "Host=localhost;Username=x;Password=z;Database=y;Command Timeout=5" };
        await using var slot = PoolSlot.Build(options, 1);
        await using var pools = new TenantPools(options);
        foreach (var source in (NpgsqlDataSource[])[slot.Source, await pools.GetAsync(SchemaName.For(Guid.CreateVersion7()))])
            Assert.That(new NpgsqlConnectionStringBuilder(source.ConnectionString).CommandTimeout, Is.EqualTo(TenantCommand.DefaultTimeout));
    }
}
