namespace Wuwei.Assessment.Methods;

/// <summary>A grade that scores from a cut-off on may earn.</summary>
/// <param name="Name">As published, e.g. <c>优秀</c>.</param>
/// <param name="From">Least score, 0–100, before rounding.</param>
/// <param name="Quota">Most of the units of a group that may have it, 0–1; null: as many as earn it.</param>
public sealed record Grade(string Name, decimal From, decimal? Quota = null);

/// <summary>Who is graded.</summary>
/// <param name="Score">Before rounding; null: gets no grade.</param>
/// <param name="TieBreak">Among equal scores the higher goes first, e.g. the mean progress of the binding items.</param>
/// <param name="Best">Place of the best grade that is open to it, 0 the very best: a missed veto item closes those above.</param>
internal sealed record Graded(decimal? Score, decimal TieBreak = 0, int Best = 0);

internal static class Grades
{
    /// <summary>
    /// Places of the grades, best first. A grade with a quota takes the best of those who earn it, as many as the quota of
    /// all with a score, rounded down; the others get the next. Who cannot be told apart at the last place stays out
    /// together, so that no order of the list decides.
    /// </summary>
    /// <param name="grades">Best first; the last takes the rest whatever its cut-off.</param>
    public static int?[] Of(IReadOnlyList<Graded> units, IReadOnlyList<Grade> grades)
    {
        var result = new int?[units.Count];
        var waiting = Enumerable.Range(0, units.Count).Where(at => units[at].Score is not null).ToList();
        var all = waiting.Count;
        for (var grade = 0; grade < grades.Count; grade++)
        {
            var isLast = grade == grades.Count - 1;
            var earn = waiting.Where(at => isLast || (units[at].Score >= grades[grade].From && units[at].Best <= grade)).ToArray();
            if (grades[grade].Quota is { } quota && !isLast)
            {
                var places = (int)Math.Floor(quota * all);
                earn = [.. earn.Where(at => earn.Count(other => !IsBefore(units[at], units[other])) <= places)];
            }

            foreach (var at in earn)
            {
                result[at] = grade;
                waiting.Remove(at);
            }
        }

        return result;
    }

    private static bool IsBefore(Graded one, Graded other) => (one.Score!.Value, one.TieBreak).CompareTo((other.Score!.Value, other.TieBreak)) > 0;
}
