using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>
/// The data plane: hands out connections whose every command carries its tenant. Thread-safe; one for a process.
/// </summary>
/// <remarks>
/// It asks <see cref="DataSourceFor"/> which data source serves an org. Today the answer is always the same one;
/// a fleet spread over several servers changes that method and nothing else.
/// </remarks>
public sealed class TenantDatabase(TenancyOptions options) : IAsyncDisposable
{
    private readonly NpgsqlDataSource dataSource = DataSources.Build(
        options.DataConnection, options.DataPoolSize, "tenantry data", options.ConnectionLifetime);

    /// <summary>
    /// A closed connection for one caller in one org. It is opened by whoever uses it (Dapper does so itself); a command outside
    /// a transaction can only read. Not thread-safe, like any <see cref="System.Data.Common.DbConnection"/>.
    /// </summary>
    public TenantConnection CreateConnection(TenantScope scope) => new(DataSourceFor(scope), scope, options);

    /// <summary>Proves that the server answers the data login.</summary>
    /// <exception cref="NpgsqlException">It does not.</exception>
    public Task PingAsync(CancellationToken cancellationToken) => DataSources.PingAsync(dataSource, cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => dataSource.DisposeAsync();

    private NpgsqlDataSource DataSourceFor(TenantScope _) => dataSource;
}
