using System.Data.Common;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Transfer;

/// <summary>
/// Makes an org of another's data: the schema at the data's version, the rows, then the scripts up to the newest, all in the one
/// transaction that makes the org. Nobody can reach it before it is whole, and what fails leaves nothing.
/// </summary>
internal sealed class TenantLoader(OwnerDatabase database, ScriptSet scripts, TenantLogins? logins)
{
    private const string Reach = "update public.tenants set version = @Newest where id = @id";

    // Numbers that were given are never given again.
    private const string SetSequence = "select pg_catalog.setval(@sequence::regclass, @value)";

    /// <param name="org">The org to be made.</param>
    /// <param name="content">What is loaded into it.</param>
    /// <param name="write">Writes the rows of the table of this number.</param>
    /// <param name="entries">The log rows, by the new org's id and the tables.</param>
    /// <param name="alongside">Run in the same transaction, with the new org's id.</param>
    /// <param name="progress">Told of each table.</param>
    /// <param name="cancellationToken">Stops it, with nothing made.</param>
    /// <exception cref="TransferException">The content is not of these scripts, or not what they make.</exception>
    public async Task<TransferResult> LoadAsync(
        NewOrg org, TenantContent content, Func<int, Stream, CancellationToken, Task<CopyTotals>>? write, Func<Guid, IReadOnlyList<TransferredTable>, IEnumerable<AuditEntry>> entries,
        Func<DbTransaction, Guid, Task>? alongside, IProgress<TransferredTable>? progress, CancellationToken cancellationToken)
    {
        content.RequireScripts(scripts);
        var loaded = new List<TransferredTable>();
        var provisioner = new Provisioner(database, new ScriptSet(scripts.Scripts.Take(content.Scripts.Count)), logins);
        var made = await provisioner.CreateAsync(org, async (transaction, id) =>
        {
            var connection = (NpgsqlConnection)transaction.Connection!;
            var schema = SchemaName.For(id);
            await connection.ExecuteAsync(new CommandDefinition($"set local search_path = {TenantSchema.SearchPath(schema)}", cancellationToken: cancellationToken));
            if (write is not null) loaded.AddRange(await LoadRowsAsync(connection, schema, content, write, progress, cancellationToken));
            await MigrateAsync(connection, schema, content.Scripts.Count, cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(Reach, new { scripts.Newest, id }, cancellationToken: cancellationToken));
            if (alongside is not null) await alongside(transaction, id);
            foreach (var entry in entries(id, loaded)) await AuditLog.AppendAsync(transaction, entry, cancellationToken);
            return true;
        }, cancellationToken);
        return new TransferResult(made.Outcome, made.OrgId, content.Scripts.Count, scripts.Newest, loaded);
    }

    private static async Task<IReadOnlyList<TransferredTable>> LoadRowsAsync(
        NpgsqlConnection connection, SchemaName schema, TenantContent content, Func<int, Stream, CancellationToken, Task<CopyTotals>> write,
        IProgress<TransferredTable>? progress, CancellationToken cancellationToken)
    {
        content.RequireSame(await TenantContent.ReadAsync(connection, schema, new Dictionary<string, string>(), cancellationToken));
        var loaded = new List<TransferredTable>();
        try
        {
            var aside = await SetAside.TakeAsync(connection, schema, cancellationToken);
            await TruncateAsync(connection, schema, content, cancellationToken);
            foreach (var (index, table) in content.Tables.Index())
            {
                var totals = await LoadTableAsync(connection, table.CopyInSql(schema), stream => write(index, stream, cancellationToken), cancellationToken);
                loaded.Add(new TransferredTable(table.Name, totals.Rows, totals.Bytes));
                progress?.Report(loaded[^1]);
            }

            await aside.PutBackAsync(cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState[..2] is "22" or "23")
        {
            throw new TransferException($"The rows {(error.TableName is { } table ? $"of {table} " : "")}are refused: {error.MessageText} ({error.SqlState})", error);
        }

        foreach (var sequence in content.Sequences.Where(sequence => sequence.LastValue is not null))
            await connection.ExecuteAsync(new CommandDefinition(
                SetSequence, new { sequence = $"{schema}.{TenantTable.Quote(sequence.Name)}", value = sequence.LastValue }, cancellationToken: cancellationToken));
        return loaded;
    }

    // A script may have written rows of its own, which are among those that come.
    private static async Task TruncateAsync(NpgsqlConnection connection, SchemaName schema, TenantContent content, CancellationToken cancellationToken)
    {
        if (content.Tables.Count == 0) return;
        var tables = content.Tables.Select(table => $"{schema}.{TenantTable.Quote(table.Name)}");
        await connection.ExecuteAsync(new CommandDefinition($"truncate {string.Join(", ", tables)}", cancellationToken: cancellationToken));
    }

    private static async Task<CopyTotals> LoadTableAsync(NpgsqlConnection connection, string sql, Func<Stream, Task<CopyTotals>> write, CancellationToken cancellationToken)
    {
        await using var copy = await CopyStream.WriteAsync(connection, sql, cancellationToken);
        try
        {
            return await write(copy);
        }
        catch
        {
            // Closing it would make what was written so far count as all.
            await copy.CancelAsync();
            throw;
        }
    }

    // Nobody knows the schema yet: as when one is made, no index has to be made concurrently.
    private async Task MigrateAsync(NpgsqlConnection connection, SchemaName schema, int version, CancellationToken cancellationToken)
    {
        var had = scripts.Scripts.Take(version).ToDictionary(script => script.Name, script => script.Checksum, StringComparer.Ordinal);
        var batch = new ScriptBatch(connection);
        foreach (var step in SchemaPlan.Forward(scripts, scripts.Newest, had)) batch.Add(schema.Value, step, NoTransaction.WithoutConcurrently);
        await batch.RunAsync(cancellationToken);
    }
}
