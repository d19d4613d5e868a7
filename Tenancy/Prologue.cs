using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Tenantry.Tenancy;

/// <summary>
/// What every batch begins with: prove the right to enter, then take the tenant's role and path for this transaction only.
/// </summary>
internal static class Prologue
{
    // All calls stand in ONE select: PostgreSQL checks EXECUTE for each of them when the select starts, as the login,
    // and the tenant's role may execute none of them. `true` makes each setting local to the transaction. The entry function
    // itself sets what is read-only and the limits of the org's plan, by which the statement that follows is timed.
    // `public` is never on the path; `pg_temp` is named last because an unnamed pg_temp is searched first
    // (PostgreSQL documentation, "search_path").
    private const string Enter =
        """
        select set_config('role', e.schema_name, true), set_config('search_path', e.path, true), e.limits
        from tenancy.enter($1, $2, $3, $4, $5, $6, $7) e
        """;

    // The right to enter left out: what probes try is what stands behind it.
    private const string SwitchTo =
        """
        select set_config('role', $1, true), set_config('search_path', $1 || ', pg_temp', true),
               set_config('transaction_read_only', 'off', true)
        """;

    // The entry function may be executed by the login only, so a transaction that has entered steps back first.
    // Always sent, never remembered: ROLLBACK TO SAVEPOINT reverts settings and would make a memory a lie.
    private const string StepBack = "set role none";

    /// <summary>Puts the prologue first in a batch.</summary>
    /// <param name="batch">An empty batch.</param>
    /// <param name="scope">Who wants to enter which org.</param>
    /// <param name="options">The versions served.</param>
    /// <param name="inTransaction">Whether the batch is part of an explicit transaction, and so may write.</param>
    /// <param name="stepBack">Whether the session may be in a role already.</param>
    public static void AddTo(NpgsqlBatch batch, TenantScope scope, TenancyOptions options, bool inTransaction, bool stepBack)
    {
        if (stepBack) batch.BatchCommands.Add(new NpgsqlBatchCommand(StepBack));
        var enter = new NpgsqlBatchCommand(Enter);
        AddClaims(enter.Parameters, scope, options, mayWrite: inTransaction);
        batch.BatchCommands.Add(enter);
    }

    /// <summary>Takes a tenant's role and path as <see cref="AddTo"/> does, without asking who wants it: for probes, which no request can be.</summary>
    public static NpgsqlBatchCommand CreateSwitch(SchemaName schema) => new(SwitchTo)
    {
        Parameters = { new() { Value = schema.Value, NpgsqlDbType = NpgsqlDbType.Text } },
    };

    /// <summary>What the row says that the prologue answers with.</summary>
    public static TenantEntry Read(DbDataReader answer) => TenantEntry.Of(answer.GetString(0), answer.IsDBNull(2) ? null : answer.GetString(2));

    /// <summary>Asks only which schema is the org's: refused as entering it is.</summary>
    public static NpgsqlCommand CreateQuestion(NpgsqlDataSource dataSource, TenantScope scope, TenancyOptions options)
    {
        var question = dataSource.CreateCommand("select schema_name from tenancy.enter($1, $2, $3, $4, $5, $6, $7)");
        AddClaims(question.Parameters, scope, options, mayWrite: false);
        return question;
    }

    /// <summary>The refusal that a SQLSTATE raised by <c>tenancy.enter</c> means; null for any other error.</summary>
    public static TenantRefusal? FindRefusal(PostgresException error) => error.SqlState switch
    {
        "TN401" => TenantRefusal.SessionEnded,
        "TN400" => TenantRefusal.Ambiguous,
        "TN404" => TenantRefusal.NotFound,
        "TN403" => TenantRefusal.AdminRequired,
        "TN423" => TenantRefusal.Suspended,
        "TN503" => TenantRefusal.Unavailable,
        _ => null,
    };

    private static void AddClaims(NpgsqlParameterCollection parameters, TenantScope scope, TenancyOptions options, bool mayWrite)
    {
        parameters.Add(new() { Value = mayWrite ? "off" : "on", NpgsqlDbType = NpgsqlDbType.Text });
        parameters.Add(new() { Value = scope.SessionId, NpgsqlDbType = NpgsqlDbType.Uuid });
        parameters.Add(new() { Value = (object?)scope.OrgSlug ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        parameters.Add(new() { Value = (object?)scope.OrgId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        parameters.Add(new() { Value = scope.Require is OrgRole.Admin, NpgsqlDbType = NpgsqlDbType.Boolean });
        parameters.Add(new() { Value = options.OldestVersion, NpgsqlDbType = NpgsqlDbType.Integer });
        parameters.Add(new() { Value = options.NewestVersion, NpgsqlDbType = NpgsqlDbType.Integer });
    }
}
