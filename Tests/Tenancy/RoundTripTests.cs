using Dapper;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenancy;

internal sealed class RoundTripTests
{
    [Test, CancelAfter(60_000)]
    public async Task A_read_costs_one_round_trip_with_all_its_checks(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        var scope = await database.AddTenantAsync("acme", cancellationToken);
        await using var proxy = new CountingProxy(database.Logins.Data);
        var options = database.Options();
        (options.DataConnection, options.DataPoolSize) = (proxy.ConnectionString, 1);
        await using var tenants = new TenantDatabase(options);

        async Task<int> CountAsync()
        {
            var before = proxy.RoundTrips;
            await using var connection = tenants.CreateConnection(scope);
            await connection.QueryAsync<string>("select name from projects where id = @id", new { id = Guid.Empty });
            return proxy.RoundTrips - before;
        }

        Assert.That(await CountAsync(), Is.GreaterThan(1), "the first opens the connection, so the count counts");
        Assert.That(await CountAsync(), Is.EqualTo(1));
        Assert.That(await CountAsync(), Is.EqualTo(1));
    }

    [Test, CancelAfter(60_000)]
    public async Task A_write_costs_two_round_trips(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        var scope = await database.AddTenantAsync("acme", cancellationToken);
        await using var proxy = new CountingProxy(database.Logins.Data);
        var options = database.Options();
        (options.DataConnection, options.DataPoolSize) = (proxy.ConnectionString, 1);
        await using var tenants = new TenantDatabase(options);
        await using var connection = tenants.CreateConnection(scope);
        await connection.OpenAsync(cancellationToken);

        var before = proxy.RoundTrips;
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            await connection.ExecuteAsync("insert into projects (id, name, created_by) values (@id, 'x', @id)", new { id = Guid.CreateVersion7() });
            await transaction.CommitAsync(cancellationToken);
        }

        Assert.That(proxy.RoundTrips - before, Is.EqualTo(2), "BEGIN travels with the first command");
    }
}
