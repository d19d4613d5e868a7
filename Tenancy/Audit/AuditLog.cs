using System.Data.Common;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tenantry.Tenancy.Audit;

/// <summary>
/// Writes to <c>public.audit_log</c>, which takes new rows and gives none up. The database gives each row its time, its place in
/// its chain and its hash; until the transaction ends, nobody else adds to that chain.
/// </summary>
public static partial class AuditLog
{
    private const string AppendRow =
        """
        insert into public.audit_log (id, actor_id, actor_kind, action, org_id, target, origin, details)
        values (@id, @actor_id, @actor_kind, @action, @org_id, @target, @origin, @details::jsonb)
        """;

    /// <summary>
    /// Adds a row in the transaction of the change that it tells of: so there is no change without its row and no row without its change.
    /// </summary>
    public static async Task AppendAsync(DbTransaction transaction, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = AppendRow;
        Add(command.Parameters, command.CreateParameter, entry);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Makes a batch's command the one that adds a row, where it travels with the change.</summary>
    public static void Append(DbBatchCommand command, AuditEntry entry)
    {
        command.CommandText = AppendRow;
        Add(command.Parameters, command.CreateParameter, entry);
    }

    /// <summary>The action as the log spells it: <c>org.created</c> for <see cref="AuditAction.OrgCreated"/>.</summary>
    public static string NameOf(AuditAction action) =>
        Words().Replace(action.ToString(), match => (match.Index == 0 ? "" : ".") + match.Value.ToLowerInvariant());

    [GeneratedRegex("[A-Z][a-z]*", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    private static void Add(DbParameterCollection parameters, Func<DbParameter> create, AuditEntry entry)
    {
        Add("id", Guid.CreateVersion7());
        Add("actor_id", entry.ActorId);
        Add("actor_kind", entry.ActorKind);
        Add("action", NameOf(entry.Action));
        Add("org_id", entry.OrgId);
        Add("target", entry.Target);
        Add("origin", entry.Origin);
        Add("details", JsonSerializer.Serialize(entry.Details));

        void Add(string name, object? value)
        {
            var parameter = create();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            parameters.Add(parameter);
        }
    }
}
