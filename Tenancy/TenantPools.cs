using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>The pools of tenants' own logins, at most so many; whoever was used longest ago gives way. Thread-safe.</summary>
internal sealed class TenantPools(TenancyOptions options) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<SchemaName, LinkedListNode<(SchemaName Schema, NpgsqlDataSource DataSource)>> pools = [];
    private readonly LinkedList<(SchemaName Schema, NpgsqlDataSource DataSource)> byUse = new();

    /// <summary>The tenant's pool. The one that gives way for it closes its idle connections now, and those in use when they come back.</summary>
    public async ValueTask<NpgsqlDataSource> GetAsync(SchemaName schema)
    {
        NpgsqlDataSource? evicted = null;
        NpgsqlDataSource found;
        lock (gate)
        {
            if (pools.TryGetValue(schema, out var node))
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
            }
            else
            {
                var made = DataSources.Build(TenantLogin.ConnectionFor(schema, options.DataConnection), options.TenantPoolSize, "tenantry data", options.ConnectionLifetime, schema.Login, options.MaxAutoPrepare, commandTimeout: TenantCommand.DefaultTimeout);
                pools[schema] = byUse.AddFirst((schema, made));
                if (pools.Count > options.TenantPools) evicted = TakeLast();
            }

            found = pools[schema].Value.DataSource;
        }

        if (evicted is not null) await evicted.DisposeAsync();
        return found;
    }

    /// <summary>Ends the tenant's idle connections now, and those in use when they come back.</summary>
    public void Clear(SchemaName schema)
    {
        lock (gate)
        {
            if (pools.TryGetValue(schema, out var node)) node.Value.DataSource.Clear();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        while (true)
        {
            NpgsqlDataSource? next;
            lock (gate) next = byUse.Last is null ? null : TakeLast();
            if (next is null) return;
            await next.DisposeAsync();
        }
    }

    private NpgsqlDataSource TakeLast()
    {
        var (schema, dataSource) = byUse.Last!.Value;
        byUse.RemoveLast();
        pools.Remove(schema);
        return dataSource;
    }
}
