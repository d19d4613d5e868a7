using System.Data.Common;
using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>The control plane: people, orgs and memberships in <c>public</c>, nothing in any tenant's schema. Thread-safe.</summary>
public sealed class ControlDatabase(TenancyOptions options) : IAsyncDisposable
{
    private readonly NpgsqlDataSource dataSource = DataSources.Build(
        options.ControlConnection, options.ControlPoolSize, "tenantry control", options.ConnectionLifetime);

    /// <summary>An open connection of the control login, from the pool; dispose it to give it back.</summary>
    /// <exception cref="NpgsqlException">The server does not answer, or the pool is exhausted.</exception>
    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) =>
        await dataSource.OpenConnectionAsync(cancellationToken);

    /// <summary>Proves that the server answers the control login.</summary>
    /// <exception cref="NpgsqlException">It does not.</exception>
    public Task PingAsync(CancellationToken cancellationToken) => DataSources.PingAsync(dataSource, cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => dataSource.DisposeAsync();
}
