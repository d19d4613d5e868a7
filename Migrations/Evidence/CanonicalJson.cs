using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Tenantry.Migrations.Evidence;

/// <summary>JSON as RFC 8785 has it, so that equal content is equal bytes. Takes whole numbers only.</summary>
internal static class CanonicalJson
{
    public static string Write(JsonNode node)
    {
        var text = new StringBuilder();
        Write(text, node);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                WriteAll('{', '}', members.OrderBy(member => member.Key, StringComparer.Ordinal), member =>
                {
                    WriteString(text, member.Key);
                    text.Append(':');
                    Write(text, member.Value);
                });
                break;
            case JsonArray items:
                WriteAll('[', ']', items, item => Write(text, item));
                break;
            case JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String:
                WriteString(text, value.ToString());
                break;
            case JsonValue value:
                text.Append(value.ToJsonString());
                break;
            default:
                text.Append("null");
                break;
        }

        void WriteAll<T>(char open, char close, IEnumerable<T> parts, Action<T> write)
        {
            text.Append(open);
            foreach (var (index, part) in parts.Index())
            {
                if (index > 0) text.Append(',');
                write(part);
            }

            text.Append(close);
        }
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var letter in value)
            text.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\b' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\f' => "\\f",
                '\r' => "\\r",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => letter.ToString(),
            });
        text.Append('"');
    }
}
