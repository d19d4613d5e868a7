namespace Tenantry.Migrations.Linting;

/// <summary>What is allowed and has cost fleets dear: steps that an older service does not bear with, and what cannot be sharded.</summary>
internal static class CautionRules
{
    private static readonly LintRule Contract = LintRule.Warning("contract", "An older version of the service may still use this: expand first, and take away when no served version reads it.");
    private static readonly LintRule NotNull = LintRule.Warning("not_null", "A new NOT NULL column without a default fails on every tenant with rows: give a default.");
    private static readonly LintRule Serial = LintRule.Warning("serial", "Numbers from a sequence collide when tenants are merged or moved: make uuid keys in the application.");
    private static readonly LintRule Key = LintRule.Warning("primary_key", "A table without a primary key can be neither replicated nor exported by key: add one.");
    private static readonly LintRule Sharding = LintRule.Warning("sharding", "Materialized views and table inheritance do not go with sharding by schema: use a view or a table.");

    private static readonly string[] Taking = ["drop column", "drop table", "rename to", "rename column", "drop view", "set not null"];

    public static IEnumerable<(LintRule Rule, int Index)> Examine(LintedStatement statement)
    {
        foreach (var phrase in Taking)
            if (statement[0] is "alter" or "drop" && statement.Find(phrase) is >= 0 and var at) yield return (Contract, at);
        if (statement.HasAt(0, "alter table"))
        {
            if (statement.Find("type", 3) is >= 0 and var type && statement[type - 2] is "column" or "alter") yield return (Contract, type);
            if (statement.Find("add") is >= 0 and var add && statement.Find("not null", add) is >= 0 and var notNull && statement.Find("default", add) < 0) yield return (NotNull, notNull);
        }

        foreach (var word in (string[])["serial", "bigserial", "smallserial", "identity"])
            if (statement[0] is "create" or "alter" && statement.Find(word) is > 0 and var serial && statement[serial - 1] is not ("." or "(" or ",")) yield return (Serial, serial);
        if (statement.HasAt(0, "create table") && statement.Find("primary key") < 0 && statement.Find("partition of") < 0 && statement.Find("like") < 0) yield return (Key, 0);
        if (statement.HasAt(0, "create materialized view")) yield return (Sharding, 0);
        if (statement.HasAt(0, "create table") && statement.Find("inherits") is >= 0 and var inherits) yield return (Sharding, inherits);
    }
}
