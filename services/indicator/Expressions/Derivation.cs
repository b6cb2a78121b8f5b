using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Expressions;

/// <summary>How an indicator is computed from others, when it is read.</summary>
/// <param name="Parts">The indicators that the expression names, by code.</param>
internal sealed record Derivation(Expression Expression, MissingValues Missing, IReadOnlyDictionary<string, PlanIndicator> Parts)
{
    // Finer than any figure that goes in.
    private const int Decimals = 10;

    /// <summary>The months that it looks at, when these are asked for: those before, and years of their own, included.</summary>
    public Window Reach(Window window) => Expression.Items
        .Select(item => !item.IsMeasure && Parts[item.Code].Derivation is { } inner ? inner.Reach(item.Of(window)) : item.Of(window))
        .Aggregate(window, (all, one) => new(one.From < all.From ? one.From : all.From, one.To > all.To ? one.To : all.To));

    /// <summary>Whether an indicator goes in, or into one that does.</summary>
    public bool Names(string code) => Parts.ContainsKey(code) || Parts.Values.Any(part => part.Derivation?.Names(code) == true);

    /// <summary>Whether a month's total of a measure is looked at, when these months are asked for.</summary>
    public bool LooksAt(Window window, string measure, DateOnly month) => Expression.Items.Any(item =>
        item.Of(window) is var looked && (item.IsMeasure ? item.Code == measure && looked.Holds(month)
            : Parts[item.Code] is { Derivation: { } inner } ? inner.LooksAt(looked, measure, month)
            : looked.Holds(month) && Parts[item.Code].Measures.Any(own => own.Measure == measure)));

    /// <summary>The value in a region over a stretch of months.</summary>
    /// <param name="cells">Totals of all measures that go in.</param>
    public Observed Of(string region, Window window, IReadOnlyCollection<Cell> cells)
    {
        var looked = Expression.Items.ToDictionary(item => item, item => Look(item, region, window, cells));
        var value = Expression.Evaluate(item => looked[item].Value, Missing);
        var missing = looked.Values.Where(part => part.Missing is not null).SelectMany(part => part.Missing!).Distinct().ToArray();
        return new(
            value is { } known ? Aggregation.Plain(decimal.Round(known, Decimals, MidpointRounding.AwayFromZero)) : null, null, null,
            looked.Values.Sum(part => part.Facts), null, looked.Values.All(part => part.Missing is null) ? null : missing,
            looked.Values.Select(part => part.Position).DefaultIfEmpty().Max(), looked.Values.Max(part => part.KnownAt));
    }

    /// <summary>What an item is, in a region over a stretch of months.</summary>
    public Observed Look(ItemRef item, string region, Window window, IReadOnlyCollection<Cell> cells)
    {
        window = item.Of(window);
        if (!item.IsMeasure)
        {
            return Parts[item.Code] is var part && part.AppliesTo(region) ? Aggregation.Of(part, region, window, cells)
                : new(null, null, null, 0, null, null, 0, null);
        }

        var counted = cells.Where(cell => cell.Measure == item.Code && cell.Facts > 0 && window.Holds(cell.Month) && RegionCode.Covers(region, cell.Region)).ToArray();
        return new(counted is [] ? null : counted.Sum(cell => cell.Quantity), null, null, counted.Sum(cell => cell.Facts), null, null,
            counted.Select(cell => cell.Position).DefaultIfEmpty().Max(), counted is [] ? null : counted.Max(cell => cell.KnownAt));
    }
}
