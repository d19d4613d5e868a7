using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;

namespace Tenantry.Migrations.Cli;

/// <summary>What one statement answered; the names are part of the JSON contract.</summary>
/// <param name="Columns">In order; empty for a statement that answers no rows.</param>
/// <param name="Rows">Numbers, booleans and nulls as JSON's, everything else as PostgreSQL writes it.</param>
/// <param name="Affected">Rows inserted, updated or deleted; null for a query.</param>
internal sealed record SqlResult(IReadOnlyList<string> Columns, IReadOnlyList<JsonArray> Rows, int? Affected)
{
    public static async Task<SqlResult> RunAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        // As text: a tenant's own types are not loaded, and a person reads text anyway.
        command.AllResultTypesAreUnknown = true;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        var rows = new List<JsonArray>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => ValueOf(reader, column))]);
        return new SqlResult(columns, rows, reader.RecordsAffected < 0 ? null : reader.RecordsAffected);
    }

    private static JsonNode? ValueOf(NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column)) return null;
        var text = reader.GetString(column);
        return reader.GetDataTypeName(column) switch
        {
            "boolean" => text == "t",
            "smallint" or "integer" or "bigint" => long.Parse(text, CultureInfo.InvariantCulture),
            _ => text,
        };
    }
}
