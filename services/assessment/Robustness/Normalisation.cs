using Wuwei.Assessment.Methods;
using Wuwei.Assessment.Scores;

namespace Wuwei.Assessment.Robustness;

/// <summary>Another way of making items comparable, tried in place of the scheme's.</summary>
public enum Normalisation
{
    /// <summary>As the scheme says.</summary>
    Scheme,

    /// <summary>Progress placed between the worst and the best of the units of like.</summary>
    MinMax,

    /// <summary>Progress in standard deviations, −3 to 3.</summary>
    ZScore,

    /// <summary>By the order of the progress only.</summary>
    Rank,
}

/// <summary>Items made comparable.</summary>
internal static class Normalisations
{
    /// <summary>What each unit counts in an item, 0 to 1 and beyond; 0 for who has nothing.</summary>
    public static double[] Of(RegionResult[] units, int item, Normalisation normalisation)
    {
        if (normalisation is Normalisation.Scheme)
        {
            return [.. units.Select(unit => (double?)unit.Items[item].Score.Counted ?? 0)];
        }

        // What the method measured, before cap and floor; who is missing stays so.
        decimal?[] progress = [.. units.Select(unit => unit.Items[item].Score is { Counted: not null } score ? score.Progress : null)];
        var places = normalisation switch
        {
            Normalisation.MinMax => Normalise.MinMax(progress),
            Normalisation.ZScore => [.. Normalise.ZScore(progress).Select(z => z is { } known ? Normalise.Goalposts(known, -3, 3) : (decimal?)null)],
            _ => Normalise.PercentileRank(progress),
        };
        return [.. places.Select(place => (double?)place ?? 0)];
    }
}
