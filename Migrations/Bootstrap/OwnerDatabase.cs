using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Bootstrap;

/// <summary>
/// The owner's pool: migrations and provisioning, never a request's queries. Thread-safe; one for a process and a database,
/// since a pool or a connection string for each tenant would load all types each time and exhaust the server.
/// </summary>
/// <param name="connectionString">The owner login's.</param>
/// <param name="poolSize">How many connections at most; 10 by default.</param>
public sealed class OwnerDatabase(string connectionString, int poolSize = 10) : IAsyncDisposable
{
    private readonly NpgsqlDataSource dataSource = DataSources.Build(Naming(connectionString), poolSize, "tenantry owner", TimeSpan.FromMinutes(10));

    /// <summary>How many connections there are at most.</summary>
    public int PoolSize => poolSize;

    /// <summary>An open connection of the owner login, from the pool.</summary>
    /// <exception cref="NpgsqlException">The server does not answer, or the pool is exhausted.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) =>
        await dataSource.OpenConnectionAsync(cancellationToken);

    // Without it the statement of a batch that failed is not known. Scripts are no secret and hold no person's values.
    private static string Naming(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { IncludeFailedBatchedCommand = true }.ConnectionString;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => dataSource.DisposeAsync();
}
