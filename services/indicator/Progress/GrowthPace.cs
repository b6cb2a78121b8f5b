namespace Wuwei.Indicator.Progress;

/// <summary>How a level grows, beside how it would have to grow.</summary>
/// <param name="Value">Observed yearly growth ÷ required yearly growth from the base year; without a target, the growth itself. Positive: the right way.</param>
/// <param name="Status"><c>target-achieved</c>, <c>substantial-progress</c>, <c>moderate-progress</c>, <c>limited-progress</c> or <c>deterioration</c>.</param>
/// <param name="Score">−5 to 5.</param>
/// <remarks>Source: Open SDG's progress measure after Statistics Canada. It suits levels above zero, not five-year totals.</remarks>
public sealed record GrowthPace(decimal Value, string Status, decimal Score)
{
    /// <param name="target">Null: only the way counts.</param>
    /// <returns>Null where growth says nothing: less than two years, or a change of sign.</returns>
    public static GrowthPace? Of(decimal @base, int baseYear, decimal current, int year, decimal? target, int targetYear, bool up)
    {
        var (from, to) = (Positive(@base), (double)current);
        if (year - baseYear < 2 || to / from <= 0 || (target is { } aim && Positive(aim) / from <= 0))
        {
            return null;
        }

        var way = up ? 1 : -1;
        var observed = Growth(from, to, year - baseYear);
        if (target is not { } goal)
        {
            var growth = way * observed;
            return Rounded(growth, NameOf(growth, 0.015, 0.005), growth switch
            {
                >= 0.015 => Math.Min(500 * growth - 5, 5),
                >= 0.005 => 250 * growth - 1.25,
                >= 0 => 500 * growth - 2.5,
                _ => Math.Max(125 * growth - 2.5, -5),
            });
        }

        var required = Math.Abs(Growth(from, Positive(goal), targetYear - baseYear));
        if (required == 0)
        {
            return null;
        }

        var value = way * observed / required;
        return (up ? current >= goal : current <= goal)
            ? Rounded(value, "target-achieved", 5)
            : Rounded(value, NameOf(value, 0.95, 0.6), value >= 0.6 ? Math.Min(7.1429 * value - 4.2857, 5) : Math.Max(4.1667 * value - 2.5, -5));
    }

    private static double Growth(double from, double to, int years) => Math.Pow(to / from, 1.0 / years) - 1;

    private static double Positive(decimal value) => value == 0 ? 0.001 : (double)value;

    private static string NameOf(double value, double substantial, double moderate) => value switch
    {
        _ when value >= substantial => "substantial-progress",
        _ when value >= moderate => "moderate-progress",
        >= 0 => "limited-progress",
        _ => "deterioration",
    };

    private static GrowthPace Rounded(double value, string status, double score) =>
        new(Math.Round((decimal)value, 6), status, Math.Round((decimal)score, 4));
}
