namespace Tenantry.Migrations.Transfer;

/// <summary>A table in an export. Its rows are in the text format of PostgreSQL's COPY, which any version of it reads.</summary>
/// <param name="Name">Its name in the tenant's schema.</param>
/// <param name="Columns">Its columns in the order in which the rows have them; generated ones are not among them.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Bytes">How many bytes of text, before compression.</param>
/// <param name="Sha256">Of that text, in lower-case hexadecimal.</param>
public sealed record ExportedTable(string Name, IReadOnlyList<string> Columns, long Rows, long Bytes, string Sha256);
