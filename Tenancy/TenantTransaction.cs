using System.Data;
using System.Data.Common;
using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>An explicit transaction of a tenant's connection, the only way to write.</summary>
/// <param name="connection">Whose it is.</param>
/// <param name="begun">What Npgsql began; null where begin and commit travel with the one command that there is.</param>
internal sealed class TenantTransaction(TenantConnection connection, NpgsqlTransaction? begun) : DbTransaction
{
    private NpgsqlBatchCommand? commit;

    public NpgsqlTransaction? Begun => begun;

    /// <summary>Whether begin and commit travel with its one command.</summary>
    public bool IsOfOneCommand => begun is null;

    /// <summary>Whether a command has been sent in it: then the path may be the tenant's.</summary>
    public bool HasEntered { get; set; }

    /// <summary>Whether a commit travelled with a command.</summary>
    public bool CommitWasSent => commit is not null;

    /// <summary>
    /// Whether that commit was answered. The server passes over a commit behind a command that failed, so that its answer says that
    /// it was kept (PostgreSQL documentation, "Extended Query": after an error, all is skipped up to Sync).
    /// </summary>
    public bool IsCommitted => commit is { StatementType: Npgsql.StatementType.Other };

    public override IsolationLevel IsolationLevel => begun?.IsolationLevel ?? IsolationLevel.Unspecified;

    public override bool SupportsSavepoints => true;

    protected override DbConnection DbConnection => connection;

    /// <summary>The beginning of a batch. A begin of Npgsql's own is answered by itself, which costs both sides as much as a statement.</summary>
    public void BeginIn(NpgsqlBatch batch)
    {
        if (IsOfOneCommand) batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
    }

    /// <summary>The end of a batch.</summary>
    public void CommitIn(NpgsqlBatch batch)
    {
        if (IsOfOneCommand) batch.BatchCommands.Add(commit = new NpgsqlBatchCommand("commit"));
    }

    public override void Commit()
    {
        Inner.Commit();
        connection.Current = null;
    }

    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        await Inner.CommitAsync(cancellationToken);
        connection.Current = null;
    }

    public override void Rollback()
    {
        Inner.Rollback();
        connection.Current = null;
    }

    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        await Inner.RollbackAsync(cancellationToken);
        connection.Current = null;
    }

    public override void Save(string savepointName) => Inner.Save(savepointName);

    public override Task SaveAsync(string savepointName, CancellationToken cancellationToken = default) =>
        Inner.SaveAsync(savepointName, cancellationToken);

    public override void Rollback(string savepointName) => Inner.Rollback(savepointName);

    public override Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default) =>
        Inner.RollbackAsync(savepointName, cancellationToken);

    public override void Release(string savepointName) => Inner.Release(savepointName);

    public override Task ReleaseAsync(string savepointName, CancellationToken cancellationToken = default) =>
        Inner.ReleaseAsync(savepointName, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        connection.Current = null;
        if (begun is not null) await begun.DisposeAsync();
        // Npgsql rolls back what it finds open when it closes.
        else if (CommitWasSent && !IsCommitted) await connection.CloseAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        connection.Current = null;
        if (disposing) begun?.Dispose();
        base.Dispose(disposing);
    }

    private NpgsqlTransaction Inner => begun ?? throw new InvalidOperationException("Begin and commit travel with the command.");
}
