using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;

namespace Tenantry.Migrations.Cli;

/// <summary>What one statement answered; the names are part of the JSON contract.</summary>
/// <param name="Columns">In order; empty for a statement that answers no rows.</param>
/// <param name="Rows">Numbers, booleans, nulls and arrays as JSON's, times as RFC 3339, everything else as text.</param>
/// <param name="Affected">Rows inserted, updated or deleted; null for a query.</param>
internal sealed record SqlResult(IReadOnlyList<string> Columns, IReadOnlyList<JsonArray> Rows, int? Affected)
{
    public static async Task<SqlResult> RunAsync(TenantSession session, string statement, CancellationToken cancellationToken)
    {
        await using var batch = session.CreateBatch(new NpgsqlBatchCommand(statement));
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
            var rows = new List<JsonArray>();
            while (await reader.ReadAsync(cancellationToken))
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => ValueOf(reader.GetValue(column)))]);
            return new SqlResult(columns, rows, reader.RecordsAffected < 0 ? null : reader.RecordsAffected);
        }
        catch (InvalidCastException)
        {
            throw CommandException.Failed("A column has a type that this program cannot read: cast it to text (column::text).");
        }
        catch (NotSupportedException)
        {
            throw CommandException.Failed("Several statements stand where one is expected: end each with a semicolon outside of quotes.");
        }
    }

    private static JsonNode? ValueOf(object? value) => value switch
    {
        null or DBNull => null,
        bool flag => flag,
        short or int or long or decimal => JsonValue.Create(Convert.ToDecimal(value, CultureInfo.InvariantCulture)),
        float single when float.IsFinite(single) => single,
        double number when double.IsFinite(number) => number,
        byte[] bytes => "\\x" + Convert.ToHexStringLower(bytes),
        DateTime time => time.ToString(time.Kind is DateTimeKind.Utc ? "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Array values => new JsonArray([.. values.Cast<object?>().Select(ValueOf)]),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
