using System.Data.Common;

namespace Tenantry.Service.Accounts.Tokens;

/// <summary>Writes that are made for every address, and taken back where there is no account to make them for: the same work, the same wait.</summary>
internal static class Pretence
{
    private const string Savepoint = "pretence";

    public static async Task WriteAsync(DbTransaction transaction, bool really, Func<Task> write, CancellationToken cancellationToken)
    {
        await transaction.SaveAsync(Savepoint, cancellationToken);
        await write();
        if (really) await transaction.ReleaseAsync(Savepoint, cancellationToken);
        else await transaction.RollbackAsync(Savepoint, cancellationToken);
    }
}
