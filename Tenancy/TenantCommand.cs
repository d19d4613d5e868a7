using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Tenancy;

/// <summary>One statement on its way to the server, behind its prologue.</summary>
internal sealed class TenantCommand(TenantConnection connection) : DbCommand
{
    /// <summary>In seconds; longer than a statement may take by the login or a plan: it is the server that ends it, and says so.</summary>
    public const int DefaultTimeout = 60;

    // The prologue's row is a result and a row of its own, so the server's answer must not be cut off after the first.
    private const CommandBehavior CutsOff = CommandBehavior.SingleResult | CommandBehavior.SingleRow | CommandBehavior.SchemaOnly;

    private readonly NpgsqlBatchCommand statement = new();
    private TenantConnection connection = connection;
    private string text = "";
    private NpgsqlBatch? running;

    [AllowNull]
    public override string CommandText { get => text; set => text = value ?? ""; }

    public override int CommandTimeout { get; set; } = DefaultTimeout;

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
        // Its commit may travel with the command, and be answered before the rest is lost.
        var transaction = connection.Current;
        using var span = new BatchSpan(transaction is not null);
        for (var again = false; ; again = true)
        {
            // It broke, or a failed command of a caller who wants the connection closed afterwards has closed it; or what it began is to be undone.
            if (again && (connection.State != ConnectionState.Open || transaction is not null))
            {
                connection.Close();
                connection.Open();
            }

            running = connection.CreateTenantBatch(again ? Copy() : Statement(), CommandTimeout, again);
            DbDataReader? reader = null;
            try
            {
                reader = running.ExecuteReader(behavior & ~CutsOff);
                span.Enter(connection.Enter(reader));
                reader.NextResult();
                return reader;
            }
            catch (Exception error)
            {
                reader?.Dispose();
                var fault = GiveUpIfBroken(error);
                if (MayTryAgain(fault, again, transaction, entered: reader is not null)) continue;
                if (FindRefusal(fault, span) is { } refused) throw refused;
                if (!ReferenceEquals(fault, error)) throw fault;
                throw;
            }
        }
    }

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        PlainStatement.Require(CommandText);
        // Its commit may travel with the command, and be answered before the rest is lost.
        var transaction = connection.Current;
        using var span = new BatchSpan(transaction is not null);
        for (var again = false; ; again = true)
        {
            if (again && transaction is not null) await connection.CloseAsync();
            if (again) await connection.ReopenAsync(cancellationToken);

            running = connection.CreateTenantBatch(again ? Copy() : Statement(), CommandTimeout, again);
            DbDataReader? reader = null;
            try
            {
                reader = await running.ExecuteReaderAsync(behavior & ~CutsOff, cancellationToken);
                span.Enter(connection.Enter(reader));
                await reader.NextResultAsync(cancellationToken);
                return reader;
            }
            catch (Exception error)
            {
                if (reader is not null) await reader.DisposeAsync();
                var fault = GiveUpIfBroken(error);
                if (MayTryAgain(fault, again, transaction, entered: reader is not null)) continue;
                if (FindRefusal(fault, span) is { } refused) throw refused;
                if (!ReferenceEquals(fault, error)) throw fault;
                throw;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) running?.Dispose();
        base.Dispose(disposing);
    }

    private NpgsqlBatchCommand Statement()
    {
        statement.CommandText = connection.Mark(text);
        return statement;
    }

    // What Npgsql has bound once it does not bind again.
    private NpgsqlBatchCommand Copy()
    {
        var copy = new NpgsqlBatchCommand(statement.CommandText);
        foreach (NpgsqlParameter parameter in statement.Parameters) copy.Parameters.Add(parameter.Clone());
        return copy;
    }

    // What Npgsql (10.0.3) remembers as prepared may not be: after a batch that it could not send, and after a first run that failed
    // between Parse and Bind. The one shows as an unknown statement, the other as an answer that it did not expect. Such a
    // connection is as good as broken.
    private Exception GiveUpIfBroken(Exception error)
    {
        if (error is not PostgresException { SqlState: PostgresErrorCodes.InvalidSqlStatementName } && error.GetType() != typeof(Exception))
        {
            if (DatabaseFault.FindReasonToRunAgain(error) == DatabaseFault.Connection) connection.Lose();
            else if (MayBeOfBind(error)) connection.Distrust();
            return error;
        }

        connection.GiveUp();
        return new NpgsqlException("The connection was given up.", new IOException(error.Message, error));
    }

    // A write's values that the server could not take (class 22), and what it waited for in vain while it planned, are found after Parse and
    // before the row is described. On its next run the text would get an answer that Npgsql does not expect, and with its commit it could not
    // be sent again.
    private bool MayBeOfBind(Exception error) => connection.Current is not null
        && error is PostgresException { SqlState: ['2', '2', ..] or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled };

    // Outside a transaction a command only reads, so that to send it once more changes nothing; and what has its begin with it has done
    // nothing before it enters. A reader is there as soon as the prologue has answered.
    private bool MayTryAgain(Exception error, bool again, TenantTransaction? transaction, bool entered)
    {
        if (!entered && error is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege }) connection.Forget();
        var found = transaction switch
        {
            _ when again => null,
            null => DatabaseFault.FindReasonToReadAgain(error, entered),
            { IsOfOneCommand: true } => DatabaseFault.FindReasonToEnterAgain(error, entered),
            _ => null,
        };
        if (found is not { } reason) return false;
        TenancyTelemetry.CountRetry(reason);
        return true;
    }

    private TenantRefusedException? FindRefusal(Exception fault, BatchSpan span)
    {
        span.Fail(fault);
        if (fault is not PostgresException postgres || Prologue.FindRefusal(postgres) is not { } reason) return null;
        connection.Entry = null;
        span.Refuse(reason);
        return new TenantRefusedException(reason, postgres);
    }
}
