using System.Data.Common;
using Npgsql;
using Polly.CircuitBreaker;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Tenancy;

/// <summary>The control plane: people, orgs and memberships in <c>public</c>, nothing in any tenant's schema. Thread-safe.</summary>
public sealed class ControlDatabase(TenancyOptions options) : IAsyncDisposable
{
    private readonly NpgsqlDataSource dataSource = DataSources.Build(
        options.ControlConnection, options.ControlPoolSize, "tenantry control", options.ConnectionLifetime);

    private readonly DatabaseCircuit circuit = new("control", options);

    /// <summary>Whether connections can be had. While it is open, asking for one fails at once.</summary>
    public CircuitState Circuit => circuit.State;

    /// <summary>An open connection of the control login, from the pool; dispose it to give it back.</summary>
    /// <exception cref="NpgsqlException">The server does not answer or did not a moment ago, or the pool is exhausted.</exception>
    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) =>
        await circuit.OpenAsync(dataSource.OpenConnectionAsync, cancellationToken);

    /// <summary>
    /// Listens for announcements on one connection outside the pool, and connects again, at most every five seconds, whenever it is
    /// lost; an outage is an answer, not an exception. Behind a transaction pooler, where nothing can listen, nothing is ever told.
    /// Thread-safe: each enumeration has a connection of its own.
    /// </summary>
    /// <returns>An endless sequence, whose first element comes when it is listening.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled, which is the only end.</exception>
    public IAsyncEnumerable<Announcement> ListenAsync(CancellationToken cancellationToken) =>
        ControlListener.ListenAsync(options.ControlConnection, cancellationToken);

    /// <summary>Proves that the server answers the control login.</summary>
    /// <exception cref="NpgsqlException">It does not.</exception>
    public Task PingAsync(CancellationToken cancellationToken) => DataSources.PingAsync(circuit, dataSource, cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        circuit.Dispose();
        return dataSource.DisposeAsync();
    }
}
