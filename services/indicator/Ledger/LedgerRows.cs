using Wuwei.Outbox;

namespace Wuwei.Indicator.Ledger;

/// <summary>What a fold reads and writes; every statement for all facts of a chunk at once.</summary>
internal static class LedgerRows
{
    extension(UnitOfWork work)
    {
        /// <summary>The winner of every fact's key, and the fact itself where its revision is known and not the winner.</summary>
        public async Task<IReadOnlyList<LedgerFact>> KnownFactsAsync(IReadOnlyList<Incoming> facts)
        {
            var heads = await work.FactsAsync(HeadsSql, Keys(facts.Select(fact => fact.Key).Distinct()));
            var highest = heads.ToDictionary(head => head.Key, head => head.Revision);
            var late = facts.Where(fact => fact.Fact.Revision < highest.GetValueOrDefault(fact.Key)).ToArray();
            return late is [] ? heads : [.. heads, .. await work.FactsAsync(RevisionsSql, Keys(
                late.Select(fact => fact.Key), [.. late.Select(fact => fact.Fact.Revision)]))];
        }

        /// <summary>Winners of the persons and years that changes touch.</summary>
        public async Task<IReadOnlyList<LedgerFact>> ClaimsAsync(IReadOnlyList<Change> changes)
        {
            var persons = changes.SelectMany(change => new[] { change.Before?.Person, change.After.Person })
                .OfType<PersonYear>().Distinct().ToArray();
            return persons is [] ? [] : await work.FactsAsync(ClaimsSql, new
            {
                measures = persons.Select(person => person.Measure).ToArray(),
                persons = persons.Select(person => person.PersonKey).ToArray(),
                years = persons.Select(person => (short)person.Year).ToArray(),
            });
        }

        /// <summary>Writes history and winners.</summary>
        public async Task StoreAsync(Winners winners, IReadOnlyList<LedgerFact> turned)
        {
            if (winners.Stored.Count == 0)
            {
                return;
            }

            // Row policies let no COPY in; arrays take about as long.
            await work.ExecuteAsync(HistorySql, Columns(winners.Stored));
            if (winners.Changes.Where(change => change.Before is null).Select(change => change.After).ToArray() is { Length: > 0 } added)
            {
                await work.ExecuteAsync(AddSql, Columns(added));
            }

            if (winners.Changes.Where(change => change.Before is not null).ToArray() is { Length: > 0 } replaced)
            {
                await work.ExecuteAsync(SupersedeSql, new
                {
                    positions = replaced.Select(change => change.Before!.Position).ToArray(),
                    instants = replaced.Select(change => change.Before!.KnownAt).ToArray(),
                    superseded = replaced.Select(change => change.Before!.SupersededAt!.Value).ToArray(),
                });
                await work.ExecuteAsync(ReplaceSql, Columns([.. replaced.Select(change => change.After)]));
            }

            if (turned.Count > 0)
            {
                await work.ExecuteAsync(TurnSql, Columns(turned));
            }
        }

        /// <summary>Queues the totals' deltas, their versions, and the ledger's new position.</summary>
        public void WriteTotals(IEnumerable<KeyValuePair<CellKey, Delta>> deltas, LedgerState ledger)
        {
            var cells = deltas.ToArray();
            work.Write(TotalsSql, new
            {
                measures = cells.Select(cell => cell.Key.Measure).ToArray(),
                regions = cells.Select(cell => cell.Key.Region).ToArray(),
                months = cells.Select(cell => cell.Key.Month).ToArray(),
                quantities = cells.Select(cell => cell.Value.Quantity).ToArray(),
                facts = cells.Select(cell => cell.Value.Facts).ToArray(),
                ledger.Position,
                ledger.KnownAt,
            });
            work.Write(PositionSql, new { ledger.Position, ledger.KnownAt });
        }

        private async Task<IReadOnlyList<LedgerFact>> FactsAsync(string sql, object args) =>
            [.. (await work.ListAsync<FactRow>(sql, args)).Select(row => row.ToFact())];
    }

    private static object Keys(IEnumerable<FactKey> keys, int[]? revisions = null)
    {
        var all = keys.ToArray();
        return new
        {
            sources = all.Select(key => key.Source).ToArray(),
            records = all.Select(key => key.RecordId).ToArray(),
            measures = all.Select(key => key.Measure).ToArray(),
            revisions,
        };
    }

    private static object Columns(IReadOnlyList<LedgerFact> facts) => new
    {
        sources = facts.Select(fact => fact.Key.Source).ToArray(),
        records = facts.Select(fact => fact.Key.RecordId).ToArray(),
        measures = facts.Select(fact => fact.Key.Measure).ToArray(),
        revisions = facts.Select(fact => fact.Revision).ToArray(),
        regions = facts.Select(fact => fact.Region).ToArray(),
        dates = facts.Select(fact => fact.EventDate).ToArray(),
        persons = facts.Select(fact => fact.PersonKey).ToArray(),
        years = facts.Select(fact => fact.PersonYear).ToArray(),
        quantities = facts.Select(fact => fact.Quantity).ToArray(),
        counted = facts.Select(fact => fact.Counted).ToArray(),
        positions = facts.Select(fact => fact.Position).ToArray(),
        instants = facts.Select(fact => fact.KnownAt).ToArray(),
        superseded = facts.Select(fact => fact.SupersededAt).ToArray(),
    };

    private const string HeadsSql = """
        select h.* from unnest(@sources, @records, @measures) as k (source, record_id, measure)
        join fact_head h using (record_id, measure, source)
        """;

    private const string RevisionsSql = """
        select h.*, false as counted from unnest(@sources, @records, @measures, @revisions) as k (source, record_id, measure, revision)
        join fact_history h using (record_id, measure, source, revision)
        """;

    private const string ClaimsSql = """
        select h.* from unnest(@measures, @persons, @years) as k (measure, person_key, person_year)
        join fact_head h using (measure, person_key, person_year)
        where h.person_year is not null
        """;

    private const string HistorySql = """
        insert into fact_history (source, record_id, measure, revision, region, event_date, person_key, person_year, quantity, position, known_at, superseded_at)
        select * from unnest(@sources, @records, @measures, @revisions, @regions, @dates, @persons, @years, @quantities, @positions, @instants, @superseded)
        """;

    private const string AddSql = """
        insert into fact_head (source, record_id, measure, revision, region, event_date, person_key, person_year, quantity, counted, position, known_at)
        select * from unnest(@sources, @records, @measures, @revisions, @regions, @dates, @persons, @years, @quantities, @counted, @positions, @instants)
        """;

    private const string SupersedeSql = """
        update fact_history h set superseded_at = k.superseded_at
        from unnest(@positions, @instants, @superseded) as k (position, known_at, superseded_at)
        where h.position = k.position and h.known_at = k.known_at
        """;

    private const string ReplaceSql = """
        update fact_head h set revision = k.revision, region = k.region, event_date = k.event_date, person_key = k.person_key,
            person_year = k.person_year, quantity = k.quantity, counted = k.counted, position = k.position, known_at = k.known_at
        from unnest(@sources, @records, @measures, @revisions, @regions, @dates, @persons, @years, @quantities, @counted, @positions, @instants)
            as k (source, record_id, measure, revision, region, event_date, person_key, person_year, quantity, counted, position, known_at)
        where h.record_id = k.record_id and h.measure = k.measure and h.source = k.source
        """;

    private const string TurnSql = """
        update fact_head h set counted = k.counted
        from unnest(@sources, @records, @measures, @counted) as k (source, record_id, measure, counted)
        where h.record_id = k.record_id and h.measure = k.measure and h.source = k.source
        """;

    // Added before the insert, since a check sees the proposed row even where it becomes an update.
    private const string TotalsSql = """
        with given as (
            select * from unnest(@measures, @regions, @months, @quantities, @facts) as k (measure, region, month, quantity, facts)),
        changed as (
            insert into measure_total (measure, region, month, quantity, facts, position, known_at)
            select measure, region, month, coalesce(t.quantity, 0) + k.quantity, coalesce(t.facts, 0) + k.facts, @Position, @KnownAt
            from given k
            left join measure_total t using (measure, region, month)
            on conflict (measure, region, month) do update set quantity = excluded.quantity, facts = excluded.facts,
                position = excluded.position, known_at = excluded.known_at
            returning *),
        county as (
            insert into county_total (measure, region, month, quantity, facts, position, known_at)
            select measure, region, month, coalesce(t.quantity, 0) + k.quantity, coalesce(t.facts, 0) + k.facts, @Position, @KnownAt
            from (
                select measure, left(region, 6) as region, month, sum(quantity) as quantity, sum(facts)::bigint as facts
                from given
                group by 1, 2, 3) k
            left join county_total t using (measure, region, month)
            on conflict (measure, region, month) do update set quantity = excluded.quantity, facts = excluded.facts,
                position = excluded.position, known_at = excluded.known_at
            returning *),
        versioned as (
            insert into county_total_version (measure, region, month, position, quantity, facts, known_at)
            select measure, region, month, position, quantity, facts, known_at from county)
        insert into measure_total_version (measure, region, month, position, quantity, facts, known_at)
        select measure, region, month, position, quantity, facts, known_at from changed
        """;

    private const string PositionSql = """
        with stamped as (update ledger set position = @Position returning position)
        insert into ledger_fold (position, known_at) select position, @KnownAt from stamped
        """;

    private sealed class FactRow
    {
        public required string Source { get; init; }
        public required string RecordId { get; init; }
        public required string Measure { get; init; }
        public int Revision { get; init; }
        public required string Region { get; init; }
        public DateOnly EventDate { get; init; }
        public string? PersonKey { get; init; }
        public short? PersonYear { get; init; }
        public decimal? Quantity { get; init; }
        public bool Counted { get; init; }
        public long Position { get; init; }
        public DateTimeOffset KnownAt { get; init; }
        public long? SupersededAt { get; init; }

        public LedgerFact ToFact() => new()
        {
            Key = new(Source, RecordId, Measure),
            Revision = Revision,
            Region = Region,
            EventDate = EventDate,
            PersonKey = PersonKey,
            PersonYear = PersonYear,
            Quantity = Quantity,
            Counted = Counted,
            Position = Position,
            KnownAt = KnownAt,
            SupersededAt = SupersededAt,
        };
    }
}
