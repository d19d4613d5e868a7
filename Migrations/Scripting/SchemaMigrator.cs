using Npgsql;

namespace Tenantry.Migrations.Scripting;

/// <summary>Takes one schema to a version, inside a transaction of the caller's.</summary>
internal static class SchemaMigrator
{
    /// <summary>
    /// Runs the scripts that the schema lacks, up to <paramref name="target"/>, under a lock that the transaction holds, so that
    /// of several runners one works and the others find nothing left to do. Answers how many ran.
    /// </summary>
    /// <exception cref="MigrationFailedException">A script failed, or one that has run was edited since.</exception>
    public static async Task<int> MigrateAsync(
        NpgsqlConnection connection, string schema, string searchPath, ScriptSet set, int target, CancellationToken cancellationToken)
    {
        var plan = SchemaPlan.Forward(set, target, await SchemaLock.TakeAsync(connection, schema, searchPath, cancellationToken));
        if (plan.Count == 0) return 0;

        var batch = new ScriptBatch(connection);
        foreach (var step in plan) batch.Add(schema, step);
        await batch.RunAsync(cancellationToken);
        return plan.Count;
    }
}
