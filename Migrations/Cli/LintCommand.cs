using System.CommandLine;
using Dapper;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Linting;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Cli;

internal static class LintCommand
{
    private static readonly Argument<string[]> Paths = new("path") { Description = "Files or folders of .sql to examine instead of the built-in tenant scripts", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<bool> Applied = new("--applied") { Description = "Ask the database, too, which scripts were edited after they ran" };

    public static Command Create(Terminal terminal) =>
        new Command("lint", "Examine tenant scripts for what leaves the tenant's schema and for unsafe changes") { Paths, Applied }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var findings = invocation.Get(Paths) is { Length: > 0 } paths
            ? [.. paths.SelectMany(ListFiles).SelectMany(file => ScriptLint.Lint(file, File.ReadAllText(file)))]
            : ScriptSet.Tenant.Scripts.SelectMany(ScriptLint.Lint).ToList();
        if (invocation.Get(Applied)) findings.AddRange(await ListEditedAsync(invocation, cancellationToken));

        var errors = findings.Count(finding => finding.Severity == LintSeverity.Error);
        invocation.Output.Write(
            new
            {
                errors,
                warnings = findings.Count - errors,
                findings = findings.Select(finding => new
                {
                    file = finding.File,
                    line = finding.Line,
                    column = finding.Column,
                    rule = finding.Rule,
                    severity = SeverityOf(finding),
                    message = finding.Message,
                }).ToList(),
            },
            output =>
            {
                foreach (var finding in findings) output.Line($"{SeverityOf(finding)}: {finding}");
                output.Line($"{errors} errors, {findings.Count - errors} warnings.");
            });
        return errors > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static string SeverityOf(LintFinding finding) => finding.Severity == LintSeverity.Error ? "error" : "warning";

    private static IEnumerable<string> ListFiles(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) throw CommandException.Usage($"There is no file or folder {path}.");
        return Directory.EnumerateFiles(path, "*.sql", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
    }

    private static async Task<IEnumerable<LintFinding>> ListEditedAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        return [.. await ListEditedAsync(database, "public.tenant_scripts", database.TenantScripts, cancellationToken), .. await ListEditedAsync(database, "public.migration_journal", ScriptSet.Shared, cancellationToken)];
    }

    private static async Task<IEnumerable<LintFinding>> ListEditedAsync(TenantryDatabase database, string journal, ScriptSet scripts, CancellationToken cancellationToken)
    {
        await using var owner = await database.Owner.OpenAsync(cancellationToken);
        var ran = (await owner.QueryAsync<(string Name, string Checksum)>(new CommandDefinition($"select name, checksum from {journal}", cancellationToken: cancellationToken)))
            .ToDictionary(script => script.Name, script => script.Checksum);
        return scripts.Scripts.Where(script => ran.TryGetValue(script.Name, out var checksum) && checksum != script.Checksum)
            .Select(script => new LintFinding(script.Name + ".sql", 1, 1, "lint.edited", LintSeverity.Error, "This script was edited after it ran: restore it and write a new one."));
    }
}
