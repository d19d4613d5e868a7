using Npgsql;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Tenancy;

/// <summary>The one place where a pool is built.</summary>
internal static class DataSources
{
    public static NpgsqlDataSource Build(string connectionString, int poolSize, string applicationName, TimeSpan lifetime, string? poolName = null, int autoPrepare = 0, bool reset = true, int? commandTimeout = null)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        // Spans and metrics bear it; Npgsql would take the connection string.
        builder.Name = poolName ?? applicationName;
        // Whatever the string says: one bounded pool, whose connections are reset before they are used again, unless nothing can be left on them.
        builder.ConnectionStringBuilder.Pooling = true;
        builder.ConnectionStringBuilder.NoResetOnClose = !reset;
        // Inside a TransactionScope Npgsql keeps a connection for the scope and gives it out again as it was left.
        builder.ConnectionStringBuilder.Enlist = false;
        // Commands of several callers on one connection.
        builder.ConnectionStringBuilder.Multiplexing = false;
        builder.ConnectionStringBuilder.MaxPoolSize = poolSize;
        builder.ConnectionStringBuilder.ApplicationName = applicationName;
        builder.ConnectionStringBuilder.ConnectionLifetime = (int)lifetime.TotalSeconds;
        // What commands have, so that Npgsql need not change the socket's timeouts for each command, and back for each reset.
        if (commandTimeout is { } seconds) builder.ConnectionStringBuilder.CommandTimeout = seconds;
        if (autoPrepare > 0) (builder.ConnectionStringBuilder.MaxAutoPrepare, builder.ConnectionStringBuilder.AutoPrepareMinUsages) = (autoPrepare, 1);
        // Loading the types of every tenant's tables takes over a second at 2,500 schemas.
        builder.ConfigureTypeLoading(types => types.SetTypeLoadingSchemas("pg_catalog"));
        return builder.Build();
    }

    public static async Task PingAsync(DatabaseCircuit circuit, NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select 1");
        await circuit.OpenAsync(async token => await command.ExecuteScalarAsync(token), cancellationToken);
    }
}
