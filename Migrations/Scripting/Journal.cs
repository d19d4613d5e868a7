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

    /// <summary>A script with its entry, which travel as one command: a round trip for a script, however many statements it has.</summary>
    public static string Wrap(string schema, MigrationScript script, string by) =>
        $"""
        insert into {schema}.migration_journal (name, checksum, applied_by) values ({Quote(script.Name)}, {Quote(script.Checksum)}, {Quote(by)});
        {script.Sql.TrimEnd().TrimEnd(';')}
        ;
        update {schema}.migration_journal set took = clock_timestamp() - applied_at where name = {Quote(script.Name)};

        """;

    // Names and checksums are ours; `by` is a host's or a person's name.
    private static string Quote(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
