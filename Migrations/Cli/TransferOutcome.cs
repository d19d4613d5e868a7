using Tenantry.Migrations.Transfer;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

/// <summary>What a command says of an org that was made of another's data.</summary>
internal static class TransferOutcome
{
    public static void Write(Invocation invocation, Slug slug, string? admin, bool accountMade, TransferResult result, string source)
    {
        var schema = SchemaName.For(result.OrgId).Value;
        var (rows, bytes) = (result.Tables.Sum(table => table.Rows), result.Tables.Sum(table => table.Bytes));
        invocation.Output.Write(
            new
            {
                id = result.OrgId,
                slug = slug.Value,
                schema,
                state = "active",
                from = result.From,
                version = result.Version,
                admin,
                accountMade,
                tables = result.Tables.Count,
                rows,
                bytes,
            },
            output =>
            {
                output.Line($"Made {slug} {source} (schema {schema}): {result.Tables.Count} tables, {rows} rows, {TenantView.Size(bytes)}.");
                if (result.From < result.Version) output.Line($"The data were of version {result.From} and are at {result.Version} now.");
                if (accountMade) output.Line(OrgAdmission.Explain(admin!));
            });
    }
}
