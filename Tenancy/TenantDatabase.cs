using Npgsql;
using Polly.CircuitBreaker;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Tenancy;

/// <summary>
/// The data plane: hands out connections whose every command carries its tenant. Thread-safe; one for a process.
/// </summary>
/// <remarks>
/// It knows which data source serves an org: the same one for all, or with <see cref="DataLogins.PerTenant"/> one for each.
/// A fleet spread over several servers changes that place and nothing else.
/// </remarks>
public sealed class TenantDatabase : IAsyncDisposable
{
    private readonly TenancyOptions options;
    private readonly NpgsqlDataSource dataSource;
    private readonly DatabaseCircuit circuit;
    private readonly TenantDirectory? directory;

    /// <summary>Makes the pools; connects when first asked.</summary>
    public TenantDatabase(TenancyOptions options)
    {
        this.options = options;
        dataSource = DataSources.Build(options.DataConnection, options.DataPoolSize, "tenantry data", options.ConnectionLifetime, autoPrepare: options.MaxAutoPrepare);
        circuit = new DatabaseCircuit("data", options);
        directory = options.DataLogins == DataLogins.PerTenant ? new TenantDirectory(dataSource, options) : null;
    }

    /// <summary>Whether connections can be had. While it is open, opening one fails at once.</summary>
    public CircuitState Circuit => circuit.State;

    /// <summary>
    /// A closed connection for one caller in one org. It is opened by whoever uses it (Dapper does so itself); a command outside
    /// a transaction can only read. Not thread-safe, like any <see cref="System.Data.Common.DbConnection"/>.
    /// </summary>
    public TenantConnection CreateConnection(TenantScope scope) =>
        directory is null ? new(dataSource, circuit, scope, options) : new(directory, circuit, scope, options);

    /// <summary>Proves that the server answers the data login.</summary>
    /// <exception cref="NpgsqlException">It does not.</exception>
    public Task PingAsync(CancellationToken cancellationToken) => DataSources.PingAsync(circuit, dataSource, cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        circuit.Dispose();
        if (directory is not null) await directory.DisposeAsync();
        await dataSource.DisposeAsync();
    }
}
