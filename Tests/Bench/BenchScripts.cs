using Tenantry.Migrations.Scripting;

namespace Tenantry.Bench;

/// <summary>A tenant of an ordinary size: twelve tables from ten scripts, with keys, references and indexes.</summary>
internal static class BenchScripts
{
    public static ScriptSet Ten { get; } = new(Enumerable.Range(1, 10).Select(number => new MigrationScript(
        number, $"{number:0000}_create_tables", string.Join('\n', TablesOf(number).Select(Table)), null)));

    /// <summary>The ten and one that adds a column.</summary>
    public static ScriptSet WithColumn { get; } = With("alter table t1 add extra text;");

    public static ScriptSet With(string sql) => new(Ten.Scripts.Append(new MigrationScript(11, "0011_change", sql, null)));

    // The last two scripts make two each.
    private static IEnumerable<int> TablesOf(int script) => script switch { 9 => [9, 10], 10 => [11, 12], _ => [script] };

    private static string Table(int number) =>
        $"""
        create table t{number} (
            id          uuid primary key,
            {(number == 1 ? "" : $"parent_id   uuid not null references t{number - 1} on delete cascade,")}
            name        text not null check (length(name) between 1 and 200),
            state       text not null default 'open',
            created_at  timestamptz not null default now(),
            updated_at  timestamptz not null default now()
        );
        create index t{number}_state on t{number} (state, id);
        """;
}
