namespace Tenantry.Migrations.Linting;

/// <summary>Statements that are told by the words with which they begin.</summary>
internal static class PhraseRules
{
    private static readonly LintRule Transaction = LintRule.Error("transaction", "A script runs inside a transaction of the runner's: leave out BEGIN, COMMIT, ROLLBACK and savepoints.");
    private static readonly LintRule Session = LintRule.Error("session_state", "What belongs to the session outlives the script and reaches other tenants: leave it out, or use SET LOCAL for a limit such as lock_timeout.");
    private static readonly LintRule Scope = LintRule.Error("scope", "The runner sets role and search_path: leave out what changes them.");
    private static readonly LintRule Outside = LintRule.Error("outside_schema", "This makes or changes something outside of the tenant's schema: write a shared script, or do it by an admin.");
    private static readonly LintRule Rights = LintRule.Error("grant", "Rights in a tenant's schema follow from its default privileges: leave out GRANT, REVOKE and ALTER DEFAULT PRIVILEGES.");
    private static readonly LintRule Files = LintRule.Error("copy", "COPY reads and writes outside of the schema: write INSERT.");
    private static readonly LintRule Temporary = LintRule.Error("temporary", "A temporary object lies in pg_temp and could hide a tenant's own: write a table and drop it.");
    private static readonly LintRule Ownership = LintRule.Error("ownership", "Everything in a tenant's schema belongs to the owner login and stays in the schema: leave out OWNER TO and SET SCHEMA.");

    private static readonly string[] OutsideObjects =
    [
        "extension", "schema", "role", "user", "group", "database", "tablespace", "event trigger", "server", "foreign data wrapper", "foreign table",
        "publication", "subscription", "language", "trusted language", "procedural language", "access method", "cast", "transform", "user mapping", "large object",
    ];

    private static readonly (string Phrase, LintRule Rule)[] Beginnings =
    [
        .. Each(Transaction, "begin", "start transaction", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare transaction"),
        .. Each(Scope, "set search_path", "set local search_path", "set session search_path", "set role", "set local role", "set session role",
            "set session authorization", "set local session authorization", "set session session authorization", "reset role", "reset search_path", "reset session authorization", "reset all", "set schema", "set local schema"),
        .. Each(Session, "discard", "listen", "unlisten", "notify", "load", "prepare", "execute", "deallocate", "declare", "fetch", "move", "close", "lock"),
        .. Each(Outside, "alter system", "reassign owned", "drop owned", "security label", "import foreign schema", "checkpoint", "vacuum", "cluster"),
        .. Each(Rights, "grant", "revoke", "alter default privileges"),
        .. Each(Files, "copy"),
        .. OutsideObjects.SelectMany(thing => Each(Outside, $"create {thing}", $"create or replace {thing}", $"alter {thing}", $"drop {thing}", $"comment on {thing}")),
        .. new[] { "temp", "temporary", "local temp", "local temporary", "global temp", "global temporary" }
            .SelectMany(word => Each(Temporary, $"create {word}", $"create or replace {word}")),
    ];

    /// <summary>What the words from a place on begin, if that is not allowed.</summary>
    public static IEnumerable<(LintRule Rule, int Index)> Examine(LintedStatement statement, int start, bool inBody)
    {
        // In PL/pgSQL BEGIN and END are a block's, EXECUTE is dynamic SQL and FETCH, MOVE and CLOSE are of its own cursors.
        var own = inBody && statement[start] is "begin" or "end" or "execute" or "fetch" or "move" or "close" or "declare";
        if (!own && Beginnings.FirstOrDefault(beginning => statement.HasAt(start, beginning.Phrase)) is { Rule: { } rule }) yield return (rule, start);
        if (statement[start] == "set" && statement[start + 1] is not ("local" or "constraints" or "search_path" or "role" or "session" or "schema")) yield return (Session, start);
        if (statement[start] != "alter") yield break;
        foreach (var phrase in (string[])["owner to", "set schema"])
            if (statement.Find(phrase, start) is >= 0 and var at) yield return (Ownership, at);
    }

    private static IEnumerable<(string, LintRule)> Each(LintRule rule, params string[] phrases) => phrases.Select(phrase => (phrase, rule));
}
