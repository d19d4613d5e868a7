using System.Data.Common;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Tenantry.Tenancy;

/// <summary>
/// What every batch begins with: prove the right to enter, then take the tenant's role and path for this transaction only.
/// Thread-safe.
/// </summary>
/// <param name="options">The versions served.</param>
internal sealed class Prologue(TenancyOptions options)
{
    // The right to enter left out: what probes try is what stands behind it.
    private const string SwitchTo =
        """
        select set_config('role', $1, true), set_config('search_path', $1 || ', pg_temp', true),
               set_config('transaction_read_only', 'off', true)
        """;

    // The entry function may be executed by the login only, so a transaction that may have entered steps back first.
    // Always sent there, never remembered: ROLLBACK TO SAVEPOINT reverts settings and would make a memory a lie. And behind a pooler
    // somebody else may have left a role on the session: what shows then can be sent again, unless other commands came before it.
    private const string RoleBack = "set role none";

    // Only for speed: on a tenant's path the entry would be planned anew, and once more in the next transaction.
    private const string PathBack = "set local search_path to default";

    // What all callers have in common stands in the text, so that there is little to bind and the text is kept prepared.
    private readonly string[] texts =
    [
        EnterBy(options, mayWrite: false, OrgRole.Member), EnterBy(options, mayWrite: false, OrgRole.Admin),
        EnterBy(options, mayWrite: true, OrgRole.Member), EnterBy(options, mayWrite: true, OrgRole.Admin),
    ];

    /// <summary>Puts the prologue first in a batch.</summary>
    /// <param name="batch">An empty batch.</param>
    /// <param name="scope">Who wants to enter which org.</param>
    /// <param name="transaction">The explicit transaction that the batch is part of, and in which alone it may write.</param>
    /// <param name="again">Whether it is sent once more, so that the session may be in a role already.</param>
    public void AddTo(NpgsqlBatch batch, TenantScope scope, TenantTransaction? transaction, bool again)
    {
        if (again || transaction is { IsOfOneCommand: false }) batch.BatchCommands.Add(new NpgsqlBatchCommand(RoleBack));
        if (transaction is { HasEntered: true }) batch.BatchCommands.Add(new NpgsqlBatchCommand(PathBack));
        var enter = new NpgsqlBatchCommand(texts[(transaction is null ? 0 : 2) + (scope.Require is OrgRole.Admin ? 1 : 0)]);
        AddClaims(enter.Parameters, scope);
        batch.BatchCommands.Add(enter);
        if (transaction is not null) transaction.HasEntered = true;
    }

    /// <summary>Takes a tenant's role and path as <see cref="AddTo"/> does, without asking who wants it: for probes, which no request can be.</summary>
    public static NpgsqlBatchCommand CreateSwitch(SchemaName schema) => new(SwitchTo)
    {
        Parameters = { new() { Value = schema.Value, NpgsqlDbType = NpgsqlDbType.Text } },
    };

    /// <summary>What the row says that the prologue answers with; <paramref name="known"/> itself where it says the same.</summary>
    public static TenantEntry Read(DbDataReader answer, TenantEntry? known)
    {
        var (schema, limits) = (answer.GetString(0), answer.IsDBNull(2) ? null : answer.GetString(2));
        return known is not null && known.IsOf(schema, limits) ? known : TenantEntry.Of(schema, limits);
    }

    /// <summary>Asks only which schema is the org's: refused as entering it is.</summary>
    public NpgsqlCommand CreateQuestion(NpgsqlDataSource dataSource, TenantScope scope)
    {
        var question = dataSource.CreateCommand($"select schema_name from {EntryOf(options, mayWrite: false, scope.Require)}");
        AddClaims(question.Parameters, scope);
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

    // All calls stand in ONE select: PostgreSQL checks EXECUTE for each of them when the select starts, as the login,
    // and the tenant's role may execute none of them. `true` makes each setting local to the transaction. The entry function
    // itself sets what is read-only and the limits of the org's plan, by which the statement that follows is timed.
    // `public` is never on the path; `pg_temp` is named last because an unnamed pg_temp is searched first
    // (PostgreSQL documentation, "search_path"). OFFSET 0 has the function called once; as a row's value it costs less than
    // as a table in FROM, whose shape is looked up each time.
    private static string EnterBy(TenancyOptions options, bool mayWrite, OrgRole require) =>
        $"""
        select set_config('role', (s.e).schema_name, true), set_config('search_path', (s.e).path, true), (s.e).limits
        from (select {EntryOf(options, mayWrite, require)} e offset 0) s
        """;

    private static string EntryOf(TenancyOptions options, bool mayWrite, OrgRole require) => string.Create(CultureInfo.InvariantCulture,
        $"tenancy.enter('{(mayWrite ? "off" : "on")}', $1, $2, $3, {(require is OrgRole.Admin ? "true" : "false")}, {options.OldestVersion}, {options.NewestVersion})");

    private static void AddClaims(NpgsqlParameterCollection parameters, TenantScope scope)
    {
        parameters.Add(new NpgsqlParameter<Guid> { TypedValue = scope.SessionId, NpgsqlDbType = NpgsqlDbType.Uuid });
        parameters.Add(new NpgsqlParameter { Value = (object?)scope.OrgSlug ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        parameters.Add(new NpgsqlParameter { Value = (object?)scope.OrgId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
    }
}
