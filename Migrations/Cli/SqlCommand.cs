using System.CommandLine;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Cli;

internal static class SqlCommand
{
    private static readonly Argument<Slug> Org = SlugArgument.Existing();
    private static readonly Option<string?> Text = new("--command", "-c") { Description = "Statements to run" };
    private static readonly Option<string?> File = new("--file", "-f") { Description = "A file of statements to run; - reads them from stdin" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("sql", "Open a session that reaches one tenant only; the audit log tells of it") { Org, Text, File };
        command.Validators.Add(result =>
        {
            if (result.GetResult(Text) is not null && result.GetResult(File) is not null) result.AddError("Give -c or -f, not both.");
        });
        return command.Doing(terminal, RunAsync);
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var text = await ReadTextAsync(invocation, cancellationToken);
        var psql = text is null ? PsqlSession.FindProgram() ?? throw CommandException.Usage("psql is not on PATH: install it, or give -c or -f.") : null;

        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var tenant = await Invocation.GetTenantAsync(database, invocation.Get(Org), cancellationToken);
        var schema = SchemaName.Parse(tenant.SchemaName);
        await TellAuditLogAsync(database, tenant, cancellationToken);
        if (psql is not null) return await PsqlSession.RunAsync(PsqlSession.Describe(psql, database.Logins.Data, schema));

        var results = new List<SqlResult>();
        await using var session = await TenantSession.OpenAsync(database.Logins.Data, schema, cancellationToken);
        foreach (var statement in SqlStatement.Split(text!)) results.Add(await SqlResult.RunAsync(session, statement.Text, cancellationToken));

        await session.CommitAsync(cancellationToken);
        invocation.Output.Write(new { results }, output => results.ForEach(result => Show(output, result)));
        return ExitCode.Done;
    }

    private static void Show(Output output, SqlResult result)
    {
        if (result.Columns.Count > 0) output.Table([.. result.Columns], result.Rows.Select(row => row.Select(value => value?.ToString() ?? "null").ToArray()));
        output.Line(result.Columns.Count > 0 ? $"{result.Rows.Count} rows" : $"{result.Affected ?? 0} rows affected");
    }

    // Null: a person wants to type at psql.
    private static async Task<string?> ReadTextAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Get(Text) is { } text) return text;
        var file = invocation.Get(File) ?? (invocation.Terminal.Interactive ? null : "-");
        if (file is null) return null;
        try
        {
            return file == "-"
                ? await invocation.Terminal.In.ReadToEndAsync(cancellationToken)
                : await System.IO.File.ReadAllTextAsync(file, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"The file cannot be read: {error.Message}");
        }
    }

    // Committed before the session opens: a session that then fails is told of too.
    private static async Task TellAuditLogAsync(TenantryDatabase database, TenantRecord tenant, CancellationToken cancellationToken)
    {
        await using var connection = await database.Owner.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.TenantSessionOpened, null, tenant.Id), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
