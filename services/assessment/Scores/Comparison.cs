using Wuwei.Assessment.Methods;
using Wuwei.Assessment.Schemes;

namespace Wuwei.Assessment.Scores;

/// <summary>A unit's value among those it is compared with.</summary>
/// <param name="Value">As observed or entered; null: not known.</param>
/// <param name="Denominator">What it is shared out over; null: nothing, or not known.</param>
/// <param name="Compared">The value, or its share of the denominator, or what stands in for it.</param>
/// <param name="Treated">The same after outliers were treated.</param>
/// <param name="Imputed">Stands in for a value that nobody knows.</param>
/// <param name="Place">0 to 1 and, beyond a reference, more.</param>
public sealed record ComparedValue(
    string Unit, string Name, decimal? Value, decimal? Denominator, decimal? Compared, decimal? Treated, bool Imputed, decimal? Place);

/// <summary>Values of one item made comparable: by fixed posts, or among units of like.</summary>
internal static class Comparison
{
    private static readonly ItemRule s_plain = new();

    /// <summary>Fills in what counts for every unit that can be compared.</summary>
    /// <param name="scored">By unit: value known or not, nothing counted yet.</param>
    /// <param name="denominators">By unit.</param>
    public static IReadOnlyList<ScoredItem> Of(
        SchemeItem item, IReadOnlyList<AssessedUnit> units, IReadOnlyList<ScoredItem> scored, IReadOnlyList<decimal?> denominators)
    {
        var rule = item.Rule ?? s_plain;
        decimal? Shared(int at) => rule.Per is null ? scored[at].Score.Value : Impute.Per(scored[at].Score.Value, denominators[at], rule.PerScale);
        var reference = Enumerable.Range(0, units.Count).Where(at => units[at].Region.Code == rule.Reference).Select(Shared).FirstOrDefault();
        ScoredItem[] result = [.. scored];

        // Who is only shown is compared with nobody; fixed posts are there for everybody.
        foreach (var peers in Enumerable.Range(0, units.Count).GroupBy(at => units[at].IsRanked ? units[at].Peers : units[at].Region.Code))
        {
            int[] group = [.. peers.Where(at => scored[at].Score.Status is not ItemStatus.NotApplicable)];
            if (item.Method is not Method.Goalposts && group.Any(at => !units[at].IsRanked))
            {
                result[group[0]] = scored[group[0]] with { Score = scored[group[0]].Score with { Status = ItemStatus.Missing, Remark = "只列示，不参加比较" } };
                continue;
            }

            decimal?[] known = [.. group.Select(Shared)];
            var standIn = rule.Imputation switch { Imputation.Mean => Impute.Mean(known), Imputation.Median => Impute.Median(known), _ => null };
            decimal?[] compared = [.. known.Select(value => value ?? standIn)];
            var treated = rule.Treatment switch
            {
                Treatment.Winsorise => Outliers.Winsorise(compared, rule.TreatMost).Values,
                Treatment.Logarithm => Outliers.Logarithm(compared).Values,
                _ => compared,
            };
            var places = Places(item, rule, treated, reference);
            ComparedValue[] values = [.. group.Select((at, nth) => new ComparedValue(
                units[at].Region.Code, units[at].Region.Name, scored[at].Score.Value, rule.Per is null ? null : denominators[at], compared[nth],
                treated[nth], known[nth] is null && compared[nth] is not null, places[nth]))];
            for (var nth = 0; nth < group.Length; nth++)
            {
                result[group[nth]] = Count(scored[group[nth]], item, values[nth]) with { Compared = values };
            }
        }

        return result;
    }

    /// <summary>The rule of one item: where each of those compared stands.</summary>
    internal static decimal?[] Places(SchemeItem item, ItemRule rule, IReadOnlyList<decimal?> values, decimal? reference)
    {
        var isLower = item.Direction is Direction.Lower;
        decimal?[] better = isLower ? [.. values.Select(value => -value)] : [.. values];
        var n = better.Count(value => value is not null);
        switch (item.Method)
        {
            case Method.Goalposts:
                return [.. values.Select(value => value is { } known ? Normalise.Goalposts(known, rule.Low!.Value, rule.High!.Value, isLower) : (decimal?)null)];
            case Method.ZScore:
                return [.. Normalise.ZScore(better).Select(z => z is { } known ? Normalise.Goalposts(known, rule.Low!.Value, rule.High!.Value) : (decimal?)null)];
            case Method.Rank:
                return [.. Ranks.Of(better, highestFirst: true).Select(rank => rank is { } known ? (n - known + 1m) / n : (decimal?)null)];
            case Method.Percentile:
                return Normalise.PercentileRank(better);
            case Method.Borda:
                var worse = Normalise.Borda(better);
                var most = worse.Max() ?? 0;
                return [.. worse.Select(count => count is { } known ? most == 0 ? 1 : (decimal)known / most : (decimal?)null)];
            case Method.DistanceToReference:
                return reference is { } to ? Normalise.DistanceToReference(better, isLower ? -to : to) : new decimal?[better.Length];
            default:
                return Normalise.MinMax(better);
        }
    }

    private static ScoredItem Count(ScoredItem scored, SchemeItem item, ComparedValue value)
    {
        if (value.Place is not { } place)
        {
            return scored with { Score = scored.Score with { Status = ItemStatus.Missing, Remark = scored.Score.Remark ?? "没有可比较的数据，不计分" } };
        }

        var counted = Math.Clamp(place, item.Floor, item.Cap);
        return scored with
        {
            Score = scored.Score with
            {
                Status = value.Imputed ? ItemStatus.Imputed : scored.Score.Status,
                Progress = place,
                Counted = counted,
                Score = item.Weight * counted,
                Rule = place > item.Cap ? ScoringRule.Cap : place < item.Floor ? ScoringRule.Floor : ScoringRule.Compared,
                Remark = value.Imputed ? "没有数据，以同类单位的数插补" : value.Treated != value.Compared ? "异常值已处理" : scored.Score.Remark,
            },
        };
    }
}
