using System.Data;
using System.Data.Common;
using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>An explicit transaction of a tenant's connection, the only way to write.</summary>
internal sealed class TenantTransaction(TenantConnection connection, NpgsqlTransaction inner) : DbTransaction
{
    public NpgsqlTransaction Inner => inner;

    /// <summary>Whether a command has been sent in it: then the path may be the tenant's.</summary>
    public bool HasEntered { get; set; }

    public override IsolationLevel IsolationLevel => inner.IsolationLevel;

    public override bool SupportsSavepoints => true;

    protected override DbConnection DbConnection => connection;

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
