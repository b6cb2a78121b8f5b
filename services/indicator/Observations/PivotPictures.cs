using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Observations;

/// <summary>A pivot as a picture (SVG): a line for each row over the periods, or the counties on a sketch map of one period.</summary>
internal sealed record PivotPictures(PivotTable Table)
{
    public const string MediaType = "image/svg+xml";

    public static readonly Refusal OneUnit = Refusal.Invalid("observation.mixed_units", "一张图只能有一种计量单位，请减少指标。", "/indicator");
    public static readonly Refusal OneMap = Refusal.Invalid("observation.one_map", "地图须为一个指标、一个期间，并含县区。", "/period");

    private const int Width = 960, Height = 540, Left = 90, Right = 170, Top = 60, Bottom = 60;

    // To be told apart by everybody (Okabe and Ito).
    private static readonly string[] s_colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    // Where the counties lie to one another; no boundaries.
    private static readonly Dictionary<string, (double X, double Y)> s_places = new() { ["620621"] = (1, 0), ["620602"] = (0.5, 1), ["620622"] = (1.5, 1), ["620623"] = (1, 2) };

    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    private string Unit => Table.Rows[0].Unit;

    private string Said => Table.Total switch { Total.YearToDate => "本年累计", Total.PlanToDate => "规划累计", _ => "本期" };

    // What the plan leaves open is too long for a picture; that there is something is not.
    private string Open => Table.Decisions.Count(note => !note.Decided) is > 0 and var open ? $"规划对所示指标有 {open} 处未定，读法见 /decisions" : "";

    /// <summary>Why there is no such chart.</summary>
    public Refusal? NoChart => Table.Rows.Select(row => row.Unit).Distinct().Skip(1).Any() ? OneUnit : null;

    /// <summary>Why there is no such map.</summary>
    public Refusal? NoMap => Table.Periods.Count > 1 || Table.Rows.Select(row => row.Indicator).Distinct().Skip(1).Any() || !Table.Rows.Any(row => s_places.ContainsKey(row.Region)) ? OneMap : null;

    public byte[] Chart()
    {
        var known = Table.Rows.SelectMany(row => row.Values).OfType<decimal>().ToArray();
        var (low, high, step) = Scale(known, fromZero: Table.Rows[0].ChangeUnit == "%");
        var picture = Picture($"{string.Join('、', Table.Rows.Select(row => row.NameZh).Distinct())}（{Said}，{Unit}）");
        for (var tick = low; tick <= high; tick += step)
        {
            picture.Add(Line(Left, Y(tick), Width - Right, Y(tick), "#dddddd"), Text(Left - 8, Y(tick) + 4, Number(tick), "end"));
        }

        foreach (var (i, period) in Table.Periods.Index().Where(period => period.Index % (Table.Periods.Count / 12 + 1) == 0))
        {
            picture.Add(Text(X(i), Height - Bottom + 20, period, "middle"));
        }

        foreach (var (number, row) in Table.Rows.Index())
        {
            var color = s_colors[number % s_colors.Length];
            // A line ends where nothing is known: it would say that something was.
            foreach (var part in Parts(row))
            {
                picture.Add(part.Count > 1 ? new XElement(s_svg + "polyline", new XAttribute("fill", "none"), new XAttribute("stroke", color), new XAttribute("stroke-width", 2),
                        new XAttribute("points", string.Join(' ', part.Select(at => $"{Number(X(at))},{Number(Y(row.Values[at]!.Value))}"))))
                    : new XElement(s_svg + "circle", new XAttribute("cx", Number(X(part[0]))), new XAttribute("cy", Number(Y(row.Values[part[0]]!.Value))), new XAttribute("r", 3), new XAttribute("fill", color)));
            }

            var height = Top + 20 * number;
            picture.Add(Line(Width - Right + 16, height, Width - Right + 36, height, color),
                Text(Width - Right + 42, height + 4, Table.Rows.Select(one => one.Indicator).Distinct().Skip(1).Any() ? $"{row.RegionName} {row.NameZh}" : row.RegionName, "start"));
        }

        picture.Add(Open.Length > 0 ? Text(Width / 2.0, Height - 12, Open, "middle") : null);
        return Bytes(picture);

        double X(int period) => Left + (Width - Left - Right) * (Table.Periods.Count == 1 ? 0.5 : (double)period / (Table.Periods.Count - 1));

        double Y(decimal value) => Height - Bottom - (Height - Top - Bottom) * (double)((value - low) / (high - low));
    }

    public byte[] Map()
    {
        const int Tile = 130;
        var counties = Table.Rows.Where(row => s_places.ContainsKey(row.Region)).ToArray();
        var known = counties.Select(row => row.Values[0]).OfType<decimal>().ToArray();
        var whole = Table.Rows.FirstOrDefault(row => row.Region == RegionCode.City);
        var picture = Picture($"{Table.Rows[0].NameZh} {Table.Periods[0]}（{Said}，{Unit}）{(whole?.Values[0] is { } city ? $" 全市 {Number(city)}" : "")}");
        picture.Add(Text(Width / 2.0, Height - 12, $"位置示意，非实际边界{(Open.Length > 0 ? $"；{Open}" : "")}", "middle"));
        foreach (var row in counties)
        {
            var (left, top) = (Width / 2.0 - 1.5 * Tile + s_places[row.Region].X * Tile, Top + s_places[row.Region].Y * Tile);
            var share = row.Values[0] is not { } value ? (double?)null : known.Max() == known.Min() ? 0.5 : (double)((value - known.Min()) / (known.Max() - known.Min()));
            var ink = share > 0.55 ? "#ffffff" : "#000000";
            picture.Add(
                new XElement(s_svg + "rect", new XAttribute("x", Number(left + 3)), new XAttribute("y", Number(top + 3)), new XAttribute("width", Tile - 6), new XAttribute("height", Tile - 6),
                    new XAttribute("fill", share is { } dark ? Shade(dark) : "#eeeeee"), new XAttribute("stroke", "#888888"), new XAttribute("data-region", row.Region)),
                Text(left + Tile / 2.0, top + 50, row.RegionName, "middle", ink),
                Text(left + Tile / 2.0, top + 75, row.Values[0] is { } shown ? Number(shown) : row.Statuses[0] == "not-applicable" ? "不适用" : "缺数", "middle", ink),
                Text(left + Tile / 2.0, top + 98, row.YearOnYear[0] is { } change ? $"同比 {(change > 0 ? "+" : "")}{Number(change)} {row.ChangeUnit}" : "", "middle", ink));
        }

        return Bytes(picture);
    }

    /// <summary>Round ticks around the values: of counts from zero, of shares and levels from near the lowest.</summary>
    internal static (decimal Low, decimal High, decimal Step) Scale(IReadOnlyCollection<decimal> values, bool fromZero)
    {
        var (low, high) = values.Count == 0 ? (0, 1) : (values.Min(), values.Max());
        (low, high) = fromZero ? (Math.Min(low, 0), Math.Max(high, 0)) : (low, high);
        var raw = high == low ? Math.Max(1, Math.Abs(high)) / 5 : (high - low) / 5;
        var power = (decimal)Math.Pow(10, Math.Floor(Math.Log10((double)raw)));
        var step = new[] { 1m, 2, 5, 10 }.Select(times => times * power).First(candidate => candidate >= raw);
        (low, high) = (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step);
        return (low, high == low ? low + step : high, step);
    }

    private static IEnumerable<List<int>> Parts(PivotRow row)
    {
        var part = new List<int>();
        for (var i = 0; i <= row.Values.Count; i++)
        {
            if (i < row.Values.Count && row.Values[i] is not null)
            {
                part.Add(i);
            }
            else if (part.Count > 0)
            {
                yield return part;
                part = [];
            }
        }
    }

    private XElement Picture(string title) => new(s_svg + "svg",
        new XAttribute("viewBox", $"0 0 {Width} {Height}"), new XAttribute("font-family", "sans-serif"), new XAttribute("font-size", 13), new XAttribute("role", "img"),
        new XElement(s_svg + "title", title),
        new XElement(s_svg + "rect", new XAttribute("width", Width), new XAttribute("height", Height), new XAttribute("fill", "#ffffff")),
        Text(Width / 2.0, 28, Table.Demonstration ? $"{title}【演示数据】" : title, "middle"));

    private static XElement Line(double x1, double y1, double x2, double y2, string color) => new(s_svg + "line",
        new XAttribute("x1", Number(x1)), new XAttribute("y1", Number(y1)), new XAttribute("x2", Number(x2)), new XAttribute("y2", Number(y2)), new XAttribute("stroke", color));

    private static XElement Text(double x, double y, string text, string anchor, string color = "#000000") => new(s_svg + "text",
        new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("text-anchor", anchor), new XAttribute("fill", color), text);

    // From light to dark blue.
    private static string Shade(double dark) => string.Create(CultureInfo.InvariantCulture, $"#{Between(0xde, 0x08, dark):x2}{Between(0xeb, 0x51, dark):x2}{Between(0xf7, 0x9c, dark):x2}");

    private static int Between(int light, int dark, double share) => (int)Math.Round(light + (dark - light) * share);

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Number(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static byte[] Bytes(XElement picture) => Encoding.UTF8.GetBytes(picture.ToString(SaveOptions.DisableFormatting));
}
