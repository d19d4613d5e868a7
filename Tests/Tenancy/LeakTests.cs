using Dapper;
using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Tests.Tenancy;

/// <summary>Thousands of interleaved requests of many tenants over two connections, and the way of doing it that must leak.</summary>
internal sealed class LeakTests
{
    // Fewer than there are statements of tenants, so that one gives way to another; as the service is set; and as behind a pooler.
    [TestCase(20, true), TestCase(500, false), TestCase(0, false), CancelAfter(120_000)]
    public async Task No_request_sees_a_foreign_row_over_a_pool_of_two(int prepared, bool reset, CancellationToken cancellationToken)
    {
        await using var hunt = await LeakHunt.CreateAsync(tenants: 12, cancellationToken);
        var options = hunt.Database.Options();
        (options.DataPoolSize, options.MaxAutoPrepare, options.ResetSessions) = (2, prepared, reset);
        await using var tenants = new TenantDatabase(options);

        var foreign = await hunt.RunAsync(24, 60, (scope, random) => hunt.RequestAsync(tenants, scope, random, cancellationToken), cancellationToken);

        Assert.That(foreign, Is.Empty);
        Assert.That(await hunt.ListStrayRowsAsync(cancellationToken), Is.Empty);
        // A cancelled command may cost its connection, and nothing else does.
        Assert.That(hunt.Backends, Is.LessThanOrEqualTo(options.DataPoolSize + hunt.Cancelled), $"{hunt.Cancelled} cancelled: the requests shared few connections");
    }

    [Test, CancelAfter(120_000)]
    public async Task The_control_with_a_session_level_path_leaks(CancellationToken cancellationToken)
    {
        await using var hunt = await LeakHunt.CreateAsync(tenants: 12, cancellationToken);
        var schemas = await hunt.SchemasAsync(cancellationToken);
        await using var pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(hunt.Database.AdminConnection)
        {
            Pooling = true,
            MaxPoolSize = 2,
            NoResetOnClose = true,
        }.ConnectionString);

        var foreign = await hunt.RunAsync(24, 50, async (scope, _) =>
        {
            await using (var first = await pool.OpenConnectionAsync(cancellationToken))
                await first.ExecuteAsync($"set search_path = {schemas[scope.Org.Value]}");
            // As through a transaction pooler: the next statement may run on another server connection.
            await using var second = await pool.OpenConnectionAsync(cancellationToken);
            return await second.QueryAsync<string>("select name from projects");
        }, cancellationToken);

        Assert.That(foreign, Is.Not.Empty, "the hunt does not bite");
    }
}
