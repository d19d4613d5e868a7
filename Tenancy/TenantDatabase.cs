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
    private readonly DataPlane plane;

    /// <summary>Makes the pools; connects when first asked.</summary>
    public TenantDatabase(TenancyOptions options)
    {
        plane = DataPlane.Of(SharedPool.Build(options), new DatabaseCircuit("data", options), options);
        if (options.DataLogins == DataLogins.PerTenant) plane = plane with { Directory = new TenantDirectory(plane.Pool, plane.Prologue, plane.Known, options), KeepsPlans = false };
    }

    /// <summary>Whether connections can be had. While it is open, opening one fails at once.</summary>
    public CircuitState Circuit => plane.Circuit.State;

    /// <summary>
    /// A closed connection for one caller in one org. It is opened by whoever uses it (Dapper does so itself); a command outside
    /// a transaction can only read. Not thread-safe, like any <see cref="System.Data.Common.DbConnection"/>.
    /// </summary>
    public TenantConnection CreateConnection(TenantScope scope) => new(plane, scope);

    /// <summary>Proves that the server answers the data login.</summary>
    /// <exception cref="NpgsqlException">It does not.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        using var place = await plane.Pool.TakeAsync(0, cancellationToken);
        await DataSources.PingAsync(plane.Circuit, place.Source, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        plane.Circuit.Dispose();
        if (plane.Directory is not null) await plane.Directory.DisposeAsync();
        await plane.Pool.DisposeAsync();
    }
}
