using System.Data;
using System.Data.Common;
using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>An explicit transaction of a tenant's connection, the only way to write.</summary>
/// <param name="connection">Whose it is.</param>
/// <param name="inner">What Npgsql began.</param>
/// <param name="endsWithFirst">Whether its first command is its last, so that the commit travels with it.</param>
internal sealed class TenantTransaction(TenantConnection connection, NpgsqlTransaction inner, bool endsWithFirst) : DbTransaction
{
    private NpgsqlBatchCommand? commit;

    public NpgsqlTransaction Inner => inner;

    /// <summary>Whether a command has been sent in it: then the path may be the tenant's.</summary>
    public bool HasEntered { get; set; }

    /// <summary>Whether a commit travelled with a command.</summary>
    public bool CommitWasSent => commit is not null;

    /// <summary>
    /// Whether that commit was answered. The server passes over a commit behind a command that failed, so that its answer says that
    /// it was kept (PostgreSQL documentation, "Extended Query": after an error, all is skipped up to Sync).
    /// </summary>
    public bool IsCommitted => commit is { StatementType: Npgsql.StatementType.Other };

    public override IsolationLevel IsolationLevel => inner.IsolationLevel;

    public override bool SupportsSavepoints => true;

    protected override DbConnection DbConnection => connection;

    /// <summary>The end of a batch.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (endsWithFirst && commit is null) batch.BatchCommands.Add(commit = new NpgsqlBatchCommand("commit"));
    }

    public override void Commit()
    {
        inner.Commit();
        connection.Current = null;
    }

    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        await inner.CommitAsync(cancellationToken);
        connection.Current = null;
    }

    public override void Rollback()
    {
        inner.Rollback();
        connection.Current = null;
    }

    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        await inner.RollbackAsync(cancellationToken);
        connection.Current = null;
    }

    public override void Save(string savepointName) => inner.Save(savepointName);

    public override Task SaveAsync(string savepointName, CancellationToken cancellationToken = default) =>
        inner.SaveAsync(savepointName, cancellationToken);

    public override void Rollback(string savepointName) => inner.Rollback(savepointName);

    public override Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default) =>
        inner.RollbackAsync(savepointName, cancellationToken);

    public override void Release(string savepointName) => inner.Release(savepointName);

    public override Task ReleaseAsync(string savepointName, CancellationToken cancellationToken = default) =>
        inner.ReleaseAsync(savepointName, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        connection.Current = null;
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        connection.Current = null;
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
