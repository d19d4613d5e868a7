using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Transfer;

/// <summary>A table of a tenant's, and its columns that are not computed.</summary>
internal sealed record TenantTable(string Name, IReadOnlyList<string> Columns)
{
    public string CopyOutSql(SchemaName schema) => $"copy {Target(schema)} to stdout";

    public string CopyInSql(SchemaName schema) => $"copy {Target(schema)} from stdin";

    public static string Quote(string name) => new NpgsqlCommandBuilder().QuoteIdentifier(name);

    private string Target(SchemaName schema) => $"{schema}.{Quote(Name)} ({string.Join(", ", Columns.Select(Quote))})";
}
