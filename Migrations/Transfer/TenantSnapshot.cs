using System.Data;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Erasure;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Transfer;

/// <summary>
/// One tenant's rows at one moment, while its people go on reading and writing. Nobody migrates or erases it meanwhile: the
/// tenant's lock is held by a connection of its own, since a snapshot taken while waiting for it would be older than it.
/// </summary>
internal sealed class TenantSnapshot : IAsyncDisposable
{
    // Text that reads the same on every server.
    private const string Settings =
        "set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local extra_float_digits = 3; set local bytea_output = 'hex'; set local timezone = 'UTC'";

    private const string IsBeingErased = $"select {BegunErasure.Condition} from public.tenants t where t.id = @Id";

    private readonly NpgsqlConnection holder;
    private readonly NpgsqlConnection connection;
    private readonly SchemaName schema;

    private TenantSnapshot(NpgsqlConnection holder, NpgsqlConnection connection, SchemaName schema) =>
        (this.holder, this.connection, this.schema) = (holder, connection, schema);

    /// <summary>What there is to be read.</summary>
    public TenantContent Content { get; private set; } = null!;

    /// <summary>When it was taken.</summary>
    public DateTimeOffset TakenAt { get; private set; }

    /// <summary>The server's version.</summary>
    public string Server => connection.PostgreSqlVersion.ToString();

    /// <exception cref="TransferException">The tenant has no data, or is being erased.</exception>
    public static async Task<TenantSnapshot> TakeAsync(OwnerDatabase database, TenantRecord tenant, CancellationToken cancellationToken)
    {
        var holder = await database.OpenAsync(cancellationToken);
        try
        {
            var snapshot = new TenantSnapshot(holder, await database.OpenAsync(cancellationToken), SchemaName.Parse(tenant.SchemaName));
            try
            {
                await snapshot.BeginAsync(tenant, cancellationToken);
                return snapshot;
            }
            catch
            {
                await snapshot.connection.DisposeAsync();
                throw;
            }
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            await holder.DisposeAsync();
            throw new TransferException($"{tenant.Slug} is {tenant.State} and has no data that could be carried over.", error);
        }
        catch
        {
            await holder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Carries a table's rows into a stream.</summary>
    public async Task<CopyTotals> CopyAsync(TenantTable table, Stream to, CancellationToken cancellationToken)
    {
        await using var copy = await CopyStream.ReadAsync(connection, table.CopyOutSql(schema), cancellationToken);
        try
        {
            return await CopyStream.PumpAsync(copy, to, long.MaxValue, cancellationToken);
        }
        catch
        {
            // Else the rest of the table would be read before the failure is told.
            await copy.CancelAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await holder.DisposeAsync();
    }

    private async Task BeginAsync(TenantRecord tenant, CancellationToken cancellationToken)
    {
        await holder.BeginTransactionAsync(cancellationToken);
        var journal = await SchemaLock.TakeAsync(holder, schema.Value, TenantSchema.SearchPath(schema), cancellationToken);
        if (await holder.ExecuteScalarAsync<bool?>(new CommandDefinition(IsBeingErased, new { tenant.Id }, cancellationToken: cancellationToken)) is not false)
            throw new TransferException($"{tenant.Slug} is being erased: what is left of its data is not all.");
        await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("set transaction read only; " + Settings, cancellationToken: cancellationToken));
        TakenAt = await connection.ExecuteScalarAsync<DateTime>(new CommandDefinition("select now()", cancellationToken: cancellationToken));
        Content = await TenantContent.ReadAsync(connection, schema, journal, cancellationToken);
    }
}
