using Wuwei.Assessment.EvidenceFiles;
using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Targets;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Scores;

/// <summary>Scores as computed from one snapshot of what is known.</summary>
/// <param name="Changes">How often something they rest on had changed; see <c>score_change</c>.</param>
/// <param name="AsOf">The instant asked for; null: now.</param>
/// <param name="KnownAt">When the latest of the inputs became known; null when there are none.</param>
/// <param name="Rescore">The same inputs by another scheme: what would be if.</param>
internal sealed record Scoring(ScoreTable Table, long Changes, DateTimeOffset? AsOf, DateTimeOffset? KnownAt, Func<Scheme, ScoreTable> Rescore)
{
    private static readonly ILookup<string, CountedFile> s_none = Enumerable.Empty<CountedFile>().ToLookup(_ => "");

    /// <summary>Of evidence that entered values and tasks rest on: <see cref="EvidenceStore.CountedAsync"/>.</summary>
    public ILookup<string, CountedFile> Files { get; init; } = s_none;

    /// <summary>Files that an observation rests on; null: none.</summary>
    public IReadOnlyList<CountedFile>? FilesOf(Observation observation) => Files[observation.Status switch
    {
        Observation.Entered => $"entries/{observation.Region}/{observation.Indicator}/{observation.Period}",
        Observation.ByTasks => $"tasks/{observation.Region}",
        _ => "",
    }].ToArray() is { Length: > 0 } files ? files : null;
}

/// <summary>Computes scores from the stored versions; the same way for now and for any instant before.</summary>
internal sealed class ScoreReader(Database db)
{
    /// <summary>A score is of all counties at once; which answer a caller may see is the endpoint's to say.</summary>
    public static readonly Scope Scope = Scope.System("scores");

    public async Task<Decision<Scoring>> ComputeAsync(ScoreQuestion question, CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(Scope, cancellation);
        await work.ExecuteAsync("set transaction isolation level repeatable read, read only");
        var asOf = question.AsOf;
        var latestCode = await work.FindAsync<string>(asOf is null ? LatestSql : LatestAsOfSql, new { asOf });
        var latest = Period.TryParse(latestCode, out var read) ? read : (Period?)null;
        var day = (question.Month ?? latest)?.Start ?? DateOnly.MinValue;
        if ((question.Version ?? await work.FindAsync<int?>(VersionSql, new { question.Scheme, day, asOf })) is not { } version)
        {
            return ScoreQuestion.UnknownScheme;
        }

        if (latest is null && !question.IsAhead)
        {
            return ScoreQuestion.NoData;
        }

        var scheme = (await SchemeStore.FindAsync(work, question.Scheme, version))!;
        var last = new Period(PeriodKind.Month, scheme.PlanTo, 12);
        var month = question.Month ?? (latest is { } newest && newest < last ? newest : last);
        if (!Period.TryParse(scheme.ValidFrom, out var first) || month < first || month.Year < scheme.PlanFrom || month > last)
        {
            return ScoreQuestion.OutsidePlan(first.Year < scheme.PlanFrom ? $"{scheme.PlanFrom}-01" : scheme.ValidFrom, last.ToString());
        }

        if (latest is { } known && month > known && !question.IsAhead)
        {
            return ScoreQuestion.BeyondData(known);
        }

        var observations = await work.ListAsync<Observation>(asOf is null ? ObservationsSql : ObservationsAsOfSql, new { end = month.End, asOf });
        if (scheme.Others is { Count: > 0 } others)
        {
            observations = [.. observations.Where(o => !others.Contains(o.Indicator)), .. await OtherSources.ReadAsync(work, scheme, month, asOf)];
        }

        var targets = await work.ListAsync<Target>(TargetsSql, new { year = month.Year, asOf });
        var changes = await work.FindAsync<long>(ChangesSql, new { month = month.Start });
        var knownAt = observations.Select(o => o.KnownAt).Concat(targets.Select(t => t.KnownAt)).Max();
        ScoreTable Score(Scheme by) => ScoreTable.Of(by, month, observations, targets);
        var scoring = new Scoring(Score(scheme), changes, asOf, knownAt, Score);
        return scheme.Others.Count == 0 ? scoring : scoring with { Files = await EvidenceStore.CountedAsync(work, asOf) };
    }

    // The latest month with a value somewhere; a year's figure is no month.
    private const string LatestSql = """
        select period from observation where value is not null and length(period) = 7 order by ends_on desc limit 1
        """;

    private const string AsOfSql = """
        observation head
        cross join lateral (
            select * from observation_version v
            where (v.indicator, v.region, v.period) = (head.indicator, head.region, head.period) and v.known_at <= @asOf
            order by v.epoch desc, v.revision desc
            limit 1) known
        """;

    private const string LatestAsOfSql = $"""
        select known.period from {AsOfSql} where known.value is not null and length(known.period) = 7 order by known.ends_on desc limit 1
        """;

    private const string ColumnsSql = "indicator, region, period, ends_on, value, unit, status, epoch, revision, known_at";

    private const string ObservationsSql = $"select {ColumnsSql} from observation where value is not null and ends_on <= @end";

    private const string ObservationsAsOfSql = $"""
        select known.indicator, known.region, known.period, known.ends_on, known.value, known.unit, known.status,
               known.epoch, known.revision, known.known_at
        from {AsOfSql}
        where head.ends_on <= @end and known.value is not null
        """;

    private const string TargetsSql = """
        select distinct on (indicator, region, year) indicator, region, year, value, comparator, season, revision, known_at
        from target_version
        where year <= @year and (@asOf::timestamptz is null or known_at <= @asOf)
        order by indicator, region, year, revision desc
        """;

    // Of the versions known then, the last that applies to the day; when none does, the first, which says from when it would.
    private const string VersionSql = """
        select version from scheme_version
        where scheme = @Scheme and (@asOf::timestamptz is null or known_at <= @asOf)
        order by valid_from <= @day desc, case when valid_from <= @day then -version else version end
        limit 1
        """;

    private const string ChangesSql = "select coalesce(sum(changes), 0)::bigint from score_change where month <= @month";
}
