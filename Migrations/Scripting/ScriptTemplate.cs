using System.Text.RegularExpressions;

namespace Tenantry.Migrations.Scripting;

/// <summary>What a new script begins as, and its way back: written out where the name says enough, else to be written.</summary>
internal static partial class ScriptTemplate
{
    public static (string Up, string Down) For(string name, bool shared)
    {
        var schema = shared ? "public." : "";
        if (Create().Match(name) is { Success: true } create)
            return (
                $"""
                create table {schema}{create.Groups[1].Value} (
                    id                    uuid primary key,
                    revision              integer not null default 1,
                    created_at            timestamptz not null default now(),
                    updated_at            timestamptz not null default now()
                );

                """,
                $"drop table {schema}{create.Groups[1].Value};\n");
        if (Add().Match(name) is { Success: true } add)
            return (
                $"alter table {schema}{add.Groups[2].Value} add column {add.Groups[1].Value} text;\n",
                $"alter table {schema}{add.Groups[2].Value} drop column {add.Groups[1].Value};\n");
        // Without a statement it runs nowhere, so that it is not forgotten.
        return ($"-- {Sentence(name)}. The service that is deployed now must go on working after it.\n", $"-- Takes back: {Sentence(name)}.\n");
    }

    private static string Sentence(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');

    [GeneratedRegex("^create_([a-z0-9_]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Create();

    [GeneratedRegex("^add_([a-z0-9_]+)_to_([a-z0-9_]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Add();
}
