using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

/// <summary>
/// One transaction of the data login in a tenant's role and path: what runs in it reads and writes that tenant and nothing else.
/// An operator's way in: it asks for no member's session, unlike every command of the service.
/// </summary>
internal sealed class TenantSession : IAsyncDisposable
{
    private readonly NpgsqlDataSource dataSource;
    private readonly NpgsqlConnection connection;
    private readonly SchemaName schema;

    private TenantSession(NpgsqlDataSource dataSource, NpgsqlConnection connection, SchemaName schema) =>
        (this.dataSource, this.connection, this.schema) = (dataSource, connection, schema);

    public static async Task<TenantSession> OpenAsync(string dataConnection, SchemaName schema, CancellationToken cancellationToken)
    {
        // Not pooled: closing it ends what was not committed.
        var login = new NpgsqlConnectionStringBuilder(dataConnection) { Pooling = false, ApplicationName = "tenantry operator" };
        var source = new NpgsqlDataSourceBuilder(login.ConnectionString);
        source.ConfigureTypeLoading(types => types.SetTypeLoadingSchemas("pg_catalog"));
        var dataSource = source.Build();
        try
        {
            var session = new TenantSession(dataSource, await dataSource.OpenConnectionAsync(cancellationToken), schema);
            await session.SendAsync("begin", cancellationToken);
            return session;
        }
        catch
        {
            await dataSource.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// One statement, in the tenant. Role and path travel before each one, in its batch, since the one before may have changed
    /// them or ended the transaction. A batch takes no stacked statements, so that none comes between.
    /// </summary>
    public NpgsqlBatch CreateBatch(NpgsqlBatchCommand statement) => new(connection)
    {
        // SchemaName is generated and matches ^t_[0-9a-z]{10,40}$, so that it needs no quotes here.
        BatchCommands = { new($"set local role {schema}"), new($"set local search_path = {schema}, pg_temp"), statement },
    };

    public Task CommitAsync(CancellationToken cancellationToken) => SendAsync("commit", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await dataSource.DisposeAsync();
    }

    // Not a transaction of Npgsql's, which refuses to go on when a statement has ended it.
    private async Task SendAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
