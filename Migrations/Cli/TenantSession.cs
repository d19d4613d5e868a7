using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

/// <summary>
/// One transaction of the data login in a tenant's role and path: what runs in it reads and writes that tenant and nothing else.
/// An operator's way in: it asks for no member's session, unlike every command of the service.
/// </summary>
internal sealed class TenantSession : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;
    private readonly SchemaName schema;

    private TenantSession(NpgsqlConnection connection, NpgsqlTransaction transaction, SchemaName schema) =>
        (this.connection, this.transaction, this.schema) = (connection, transaction, schema);

    public static async Task<TenantSession> OpenAsync(string dataConnection, SchemaName schema, CancellationToken cancellationToken)
    {
        var login = new NpgsqlConnectionStringBuilder(dataConnection) { Pooling = false, ApplicationName = "tenantry operator", NoResetOnClose = false };
        var source = new NpgsqlDataSourceBuilder(login.ConnectionString);
        source.ConfigureTypeLoading(types => types.SetTypeLoadingSchemas("pg_catalog"));
        await using var dataSource = source.Build();
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return new TenantSession(connection, await connection.BeginTransactionAsync(cancellationToken), schema);
    }

    /// <summary>
    /// A command of one statement, in the tenant. Role and path are set before each one, since a statement may have changed them:
    /// `set role` lasts no longer than the statement itself, and after `commit` the login is left, who may read nothing.
    /// </summary>
    public async Task<NpgsqlCommand> CreateCommandAsync(string statement, CancellationToken cancellationToken)
    {
        // SchemaName is generated and matches ^t_[0-9a-z]{10,40}$, so that it needs no quotes here.
        await using var enter = new NpgsqlCommand($"set local role {schema}; set local search_path = {schema}, pg_temp", connection, transaction);
        await enter.ExecuteNonQueryAsync(cancellationToken);
        return new NpgsqlCommand(statement, connection, transaction);
    }

    public async Task CommitAsync(CancellationToken cancellationToken) => await transaction.CommitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
