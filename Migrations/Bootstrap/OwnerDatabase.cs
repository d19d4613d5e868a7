using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Bootstrap;

/// <summary>
/// The owner's pool: migrations and provisioning, never a request's queries. Thread-safe; one for a process and a database,
/// since a pool or a connection string for each tenant would load all types each time and exhaust the server.
/// </summary>
public sealed class OwnerDatabase(string connectionString) : IAsyncDisposable
{
    private readonly NpgsqlDataSource dataSource = DataSources.Build(connectionString, 10, "tenantry owner", TimeSpan.FromMinutes(10));

    /// <summary>An open connection of the owner login, from the pool.</summary>
    /// <exception cref="NpgsqlException">The server does not answer, or the pool is exhausted.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) =>
        await dataSource.OpenConnectionAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => dataSource.DisposeAsync();
}
