using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Catalogue;

/// <summary>The plan's indicators, read once: only a migration changes them, and that comes with a new process.</summary>
/// <param name="db">The service's database.</param>
public sealed class IndicatorCatalogue(Database db)
{
    public static readonly Refusal NotFound = new("indicator.not_found", "没有这个指标。", StatusCodes.Status404NotFound);

    private static readonly Scope s_scope = Scope.System("catalogue");

    private volatile IReadOnlyDictionary<string, PlanIndicator>? _indicators;

    /// <summary>All indicators in the table's order.</summary>
    public async ValueTask<IReadOnlyCollection<PlanIndicator>> AllAsync(CancellationToken cancellation) =>
        [.. (await LoadedAsync(cancellation)).Values];

    /// <summary>One indicator, or null.</summary>
    public async ValueTask<PlanIndicator?> FindAsync(string code, CancellationToken cancellation) =>
        (await LoadedAsync(cancellation)).GetValueOrDefault(code);

    // Two first callers may both load; both read the same.
    private async ValueTask<IReadOnlyDictionary<string, PlanIndicator>> LoadedAsync(CancellationToken cancellation) =>
        _indicators ??= await LoadAsync(cancellation);

    private async Task<IReadOnlyDictionary<string, PlanIndicator>> LoadAsync(CancellationToken cancellation)
    {
        var origins = (await db.ListAsync<OriginRow>(s_scope, OriginsSql, null, cancellation)).ToLookup(row => row.Indicator);
        var measures = (await db.ListAsync<MeasureRow>(s_scope, MeasuresSql, null, cancellation)).ToLookup(row => row.Indicator);
        var seasons = (await db.ListAsync<SeasonRow>(s_scope, SeasonsSql, null, cancellation)).ToLookup(row => row.Indicator);
        var notes = (await db.ListAsync<NoteRow>(s_scope, NotesSql, null, cancellation)).ToLookup(row => row.Indicator);
        var rows = await db.ListAsync<IndicatorRow>(s_scope, IndicatorsSql, null, cancellation);
        return new OrderedDictionary<string, PlanIndicator>(rows.Select(row => KeyValuePair.Create(row.Code, new PlanIndicator(
            row.Code, row.NameZh, row.NameEn, row.Definition, row.Unit, row.PrintedUnit, row.Scale,
            new(row.BaseComparator, row.BaseValue, row.BasePrinted),
            new(row.TargetComparator, row.TargetValue, row.TargetPrinted),
            row.Cumulative, row.Attribute, row.Direction, Parse<Counting>(row.Counting), row.Frequency, row.CityOnly,
            row.Document, row.SourceTable,
            [.. origins[row.Code].Select(o => new DatedOrigin(o.ValidFrom, Parse<Origin>(o.Origin), o.Mark, o.Reason))],
            [.. measures[row.Code].Select(m => new IndicatorMeasure(m.Measure, Parse<MeasureRole>(m.Role), m.Mode, m.Unit, m.Source, m.Name))],
            [.. seasons[row.Code].Select(s => new Season(s.ValidFrom, s.Shares, s.Mark, s.Verified, s.Source))],
            [.. notes[row.Code].Select(n => new OpenQuestion(n.Number, n.Question, n.Options, n.Reading, n.Mark, n.Reason))]))));
    }

    // The database writes "year-end-stocks" where C# says YearEndStocks.
    private static T Parse<T>(string code) where T : struct, Enum => Enum.Parse<T>(code.Replace("-", ""), ignoreCase: true);

    private const string IndicatorsSql = "select * from indicator order by position";
    private const string OriginsSql = "select * from indicator_origin order by indicator, valid_from";
    private const string SeasonsSql = "select * from season order by indicator, valid_from";
    private const string NotesSql = "select * from indicator_note order by indicator, number";
    private const string MeasuresSql = """
        select im.indicator, im.measure, im.role, m.mode, m.unit, m.source, m.name
        from indicator_measure im
        join measure m on m.code = im.measure
        order by im.indicator, im.role desc, im.measure
        """;

    private sealed class IndicatorRow
    {
        public required string Code { get; init; }
        public required string NameZh { get; init; }
        public required string NameEn { get; init; }
        public required string Definition { get; init; }
        public required string Unit { get; init; }
        public string? PrintedUnit { get; init; }
        public decimal Scale { get; init; }
        public string? BaseComparator { get; init; }
        public decimal? BaseValue { get; init; }
        public required string BasePrinted { get; init; }
        public required string TargetComparator { get; init; }
        public decimal TargetValue { get; init; }
        public required string TargetPrinted { get; init; }
        public bool Cumulative { get; init; }
        public required string Attribute { get; init; }
        public required string Direction { get; init; }
        public required string Counting { get; init; }
        public required string Frequency { get; init; }
        public bool CityOnly { get; init; }
        public required string Document { get; init; }
        public required string SourceTable { get; init; }
    }

    private sealed record OriginRow(string Indicator, DateOnly ValidFrom, string Origin, string Mark, string Reason);

    private sealed record MeasureRow(string Indicator, string Measure, string Role, string Mode, string Unit, string Source, string Name);

    private sealed record SeasonRow(string Indicator, int ValidFrom, decimal[] Shares, string Mark, bool Verified, string Source);

    private sealed record NoteRow(string Indicator, int Number, string Question, string[] Options, string Reading, string Mark, string Reason);
}
