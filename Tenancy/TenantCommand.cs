using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>One statement on its way to the server, behind its prologue.</summary>
internal sealed class TenantCommand(TenantConnection connection) : DbCommand
{
    // The prologue's row is a result and a row of its own, so the server's answer must not be cut off after the first.
    private const CommandBehavior CutsOff = CommandBehavior.SingleResult | CommandBehavior.SingleRow | CommandBehavior.SchemaOnly;

    private readonly NpgsqlBatchCommand statement = new();
    private TenantConnection connection = connection;
    private NpgsqlBatch? running;

    [AllowNull]
    public override string CommandText { get => statement.CommandText; set => statement.CommandText = value ?? ""; }

    // Longer than a statement may take by the login or a plan: it is the server that ends it, and says so.
    public override int CommandTimeout { get; set; } = 60;

    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text) throw new NotSupportedException("A tenant's command is one SQL statement.");
        }
    }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    [AllowNull]
    protected override DbConnection DbConnection
    {
        get => connection;
        set => connection = value as TenantConnection ?? throw new NotSupportedException("A tenant's command stays on a tenant's connection.");
    }

    protected override DbParameterCollection DbParameterCollection => statement.Parameters;

    protected override DbTransaction? DbTransaction
    {
        get => connection.Current;
        set
        {
            if (value is not null && value != connection.Current) throw new InvalidOperationException("The transaction is not this connection's.");
        }
    }

    public override void Cancel() => running?.Cancel();

    /// <summary>Not supported: a plan belongs to a schema, and the next command may be another tenant's.</summary>
    public override void Prepare() => throw new NotSupportedException("A tenant's command is not prepared by hand.");

    public override int ExecuteNonQuery()
    {
        using var reader = ExecuteDbDataReader(CommandBehavior.Default);
        while (reader.NextResult()) { }
        return reader.RecordsAffected;
    }

    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        await using var reader = await ExecuteDbDataReaderAsync(CommandBehavior.Default, cancellationToken);
        while (await reader.NextResultAsync(cancellationToken)) { }
        return reader.RecordsAffected;
    }

    public override object? ExecuteScalar()
    {
        using var reader = ExecuteDbDataReader(CommandBehavior.Default);
        return reader.Read() && reader.FieldCount > 0 ? reader.GetValue(0) : null;
    }

    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
    {
        await using var reader = await ExecuteDbDataReaderAsync(CommandBehavior.Default, cancellationToken);
        return await reader.ReadAsync(cancellationToken) && reader.FieldCount > 0 ? reader.GetValue(0) : null;
    }

    protected override DbParameter CreateDbParameter() => new NpgsqlParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        PlainStatement.Require(CommandText);
        for (var again = false; ; again = true)
        {
            // A failed command of a caller who wants the connection closed afterwards has closed it.
            if (again && connection.State != ConnectionState.Open) connection.Open();
            running = connection.CreateTenantBatch(again ? Copy() : statement, CommandTimeout, again);
            DbDataReader? reader = null;
            try
            {
                reader = running.ExecuteReader(behavior & ~CutsOff);
                if (reader.Read()) connection.Entry = Prologue.Read(reader);
                reader.NextResult();
                return reader;
            }
            catch (PostgresException error)
            {
                reader?.Dispose();
                if (reader is null && error.SqlState == PostgresErrorCodes.InsufficientPrivilege) connection.Forget();
                if (!again && MayTryAgain(error, entered: reader is not null)) continue;
                if (Prologue.FindRefusal(error) is not { } reason) throw;
                connection.Entry = null;
                throw new TenantRefusedException(reason, error);
            }
            catch
            {
                reader?.Dispose();
                throw;
            }
        }
    }

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        PlainStatement.Require(CommandText);
        for (var again = false; ; again = true)
        {
            if (again && connection.State != ConnectionState.Open) await connection.OpenAsync(cancellationToken);
            running = connection.CreateTenantBatch(again ? Copy() : statement, CommandTimeout, again);
            DbDataReader? reader = null;
            try
            {
                reader = await running.ExecuteReaderAsync(behavior & ~CutsOff, cancellationToken);
                if (await reader.ReadAsync(cancellationToken)) connection.Entry = Prologue.Read(reader);
                await reader.NextResultAsync(cancellationToken);
                return reader;
            }
            catch (PostgresException error)
            {
                if (reader is not null) await reader.DisposeAsync();
                if (reader is null && error.SqlState == PostgresErrorCodes.InsufficientPrivilege) connection.Forget();
                if (!again && MayTryAgain(error, entered: reader is not null)) continue;
                if (Prologue.FindRefusal(error) is not { } reason) throw;
                connection.Entry = null;
                throw new TenantRefusedException(reason, error);
            }
            catch
            {
                if (reader is not null) await reader.DisposeAsync();
                throw;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) running?.Dispose();
        base.Dispose(disposing);
    }

    // What Npgsql has bound once it does not bind again.
    private NpgsqlBatchCommand Copy()
    {
        var copy = new NpgsqlBatchCommand(statement.CommandText);
        foreach (NpgsqlParameter parameter in statement.Parameters) copy.Parameters.Add(parameter.Clone());
        return copy;
    }

    // Outside a transaction a command only reads, so that to send it once more changes nothing. A reader is there as soon as
    // the prologue has answered.
    private bool MayTryAgain(PostgresException error, bool entered) => connection.Current is null && error.SqlState switch
    {
        // A prepared plan whose table has been altered, or that was made for a tenant at another version.
        PostgresErrorCodes.FeatureNotSupported => true,
        // Somebody else left a role on this session, behind a pooler that does not reset it.
        PostgresErrorCodes.InsufficientPrivilege => !entered,
        _ => false,
    };
}
