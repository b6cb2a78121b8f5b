using System.Globalization;
using Wuwei.Contracts.Targets;
using Wuwei.Outbox;

namespace Wuwei.Assessment.Targets;

/// <summary>Keeps every version of every target; the highest revision wins, whatever the order and repetition.</summary>
internal sealed class StoreTargets : IBatchHandler<TargetChanged>
{
    public async Task HandleAsync(IReadOnlyList<Received<TargetChanged>> messages, UnitOfWork work, CancellationToken cancellation)
    {
        var batch = Batch.Of(messages.Select(message => message.Message));
        if ((await work.ListAsync<string>(ContradictionsSql, batch)) is [var contradiction, ..])
        {
            throw new InvalidOperationException($"Target {contradiction} was published twice with different content.");
        }

        work.Write(StoreSql, batch);
    }

    /// <summary>Distinct versions in the order of their keys. Seasons travel as text: arrays of arrays would be flattened.</summary>
    /// <exception cref="InvalidOperationException">A season is not twelve shares, or a version contradicts itself.</exception>
    internal sealed record Batch(
        string[] Indicators, string[] Regions, int[] Years, int[] Revisions, decimal?[] Values, string[] Comparators,
        string[] Seasons, DateTime[] Instants)
    {
        public static Batch Of(IEnumerable<TargetChanged> messages)
        {
            var versions = messages.Select(v => (v.Indicator, v.Region, v.Year, v.Revision, v.Value, v.Comparator, Season: SeasonOf(v), v.KnownAt))
                .Distinct()
                .OrderBy(v => v.Indicator, StringComparer.Ordinal).ThenBy(v => v.Region, StringComparer.Ordinal)
                .ThenBy(v => v.Year).ThenBy(v => v.Revision).ToArray();
            if (versions.DistinctBy(v => (v.Indicator, v.Region, v.Year, v.Revision)).Count() < versions.Length)
            {
                throw new InvalidOperationException("A version of a target was published twice with different content.");
            }

            return new(
                [.. versions.Select(v => v.Indicator)], [.. versions.Select(v => v.Region)], [.. versions.Select(v => v.Year)],
                [.. versions.Select(v => v.Revision)], [.. versions.Select(v => v.Value)], [.. versions.Select(v => v.Comparator)],
                [.. versions.Select(v => v.Season)], [.. versions.Select(v => v.KnownAt.UtcDateTime)]);
        }

        private static string SeasonOf(TargetChanged target) =>
            target.Season is { Count: 12 } season && season.All(share => share is >= 0 and <= 1)
                ? $"{{{string.Join(',', season.Select(share => share.ToString(CultureInfo.InvariantCulture)))}}}"
                : throw new InvalidOperationException("A season is twelve shares between 0 and 1.");
    }

    private const string GivenSql = """
        unnest(@Indicators, @Regions, @Years, @Revisions, @Values, @Comparators, @Seasons, @Instants)
            as given (indicator, region, year, revision, value, comparator, season, known_at)
        """;

    private const string ContradictionsSql = $"""
        select concat_ws('/', indicator, region, year, revision)
        from {GivenSql}
        join target_version held using (indicator, region, year, revision)
        where (held.value, held.comparator, held.season) is distinct from (given.value, given.comparator, given.season::numeric[])
        """;

    private const string StoreSql = $"""
        with stored as (
            insert into target_version
            select indicator, region, year, revision, value, comparator, season::numeric[], known_at from {GivenSql}
            on conflict do nothing
            returning year
        )
        insert into score_change as counter (month, changes)
        select make_date(year, 1, 1), 1 from stored group by 1 order by 1
        on conflict (month) do update set changes = counter.changes + 1
        """;
}
