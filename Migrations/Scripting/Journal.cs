namespace Tenantry.Migrations.Scripting;

/// <summary>
/// The table <c>migration_journal</c> that each schema keeps of the scripts it has had: name, SHA-256, when, by whom, how long.
/// Always named with its schema: looked up through a path, another schema's journal would answer and nothing be applied.
/// </summary>
internal static class Journal
{
    /// <param name="schema">A generated schema name or <c>public</c>; DbUp and this class write it unquoted.</param>
    public static string CreateSql(string schema) =>
        $"""
        create table if not exists {schema}.migration_journal (
            name        text primary key,
            checksum    text not null,
            applied_at  timestamptz not null default clock_timestamp(),
            applied_by  text not null,
            took        interval
        )
        """;

    public static string ReadSql(string schema) => $"select name, checksum from {schema}.migration_journal";

    /// <summary>After a script's statements: it began when the one before it ended, or the transaction. Takes name, checksum and by whom.</summary>
    public static string AddSql(string schema) =>
        $"""
        insert into {schema}.migration_journal (name, checksum, applied_by, took)
        select $1, $2, $3, clock_timestamp() - greatest(now(), (select max(j.applied_at) from {schema}.migration_journal j))
        """;

    /// <summary>After a down script. Takes the name.</summary>
    public static string RemoveSql(string schema) => $"delete from {schema}.migration_journal where name = $1";
}
