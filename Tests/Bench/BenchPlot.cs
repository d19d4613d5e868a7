using System.Globalization;
using System.Net;
using System.Text;

namespace Tenantry.Bench;

/// <summary>Bars, a table above the other, on a scale of each table's own; readable on light and dark pages.</summary>
internal static class BenchPlot
{
    private const int Width = 860, Label = 380, Bar = 320, Line = 20;

    public static string Draw(string suite, string machine, IReadOnlyList<BenchTable> tables)
    {
        var svg = new StringBuilder();
        var y = 28;
        Text(svg, 10, y, $"{suite}: {machine}", "bold");
        foreach (var table in tables)
        {
            y += 2 * Line;
            Text(svg, 10, y, $"{table.Title} ({table.Unit})", "bold");
            var most = table.Rows.Max(row => row.High);
            foreach (var row in table.Rows)
            {
                y += Line;
                Text(svg, 10, y, row.Variant);
                Rectangle(svg, Label, y - 12, Bar * row.Median / most, 14, "#2f7fd6");
                Rectangle(svg, Label + Bar * row.Low / most, y - 6, Bar * (row.High - row.Low) / most, 2, "#d67f2f");
                Text(svg, Label + Bar + 12, y, string.Create(CultureInfo.InvariantCulture, $"{row.Median:0.##}  ×{row.Ratio:0.00}"));
            }
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {y + 20}\" width=\"{Width}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{svg}</svg>\n");
    }

    private static void Text(StringBuilder svg, double x, double y, string text, string weight = "normal") =>
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" font-weight=\"{weight}\" fill=\"#222222\">{WebUtility.HtmlEncode(text)}</text>\n");

    private static void Rectangle(StringBuilder svg, double x, double y, double width, double height, string fill) =>
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{Math.Max(width, 1):0.#}\" height=\"{height:0.#}\" fill=\"{fill}\"/>\n");
}
