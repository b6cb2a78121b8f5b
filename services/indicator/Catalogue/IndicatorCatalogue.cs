using Wuwei.Indicator.Decisions;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Catalogue;

/// <summary>
/// The plan's indicators. What the table prints is read once: only a migration changes it, and that comes with a new process.
/// How it is read is asked every time: a few rows, which any replica may have changed.
/// </summary>
/// <param name="db">The service's database.</param>
public sealed class IndicatorCatalogue(Database db)
{
    public static readonly Refusal NotFound = new("indicator.not_found", "没有这个指标。", StatusCodes.Status404NotFound);

    private static readonly Scope s_scope = Scope.System("catalogue");

    private volatile IReadOnlyDictionary<string, PlanIndicator>? _indicators;
    private volatile IReadOnlyDictionary<string, IndicatorMeasure>? _measures;

    /// <summary>All indicators as the table prints them, in its order: whoever asks only what is counted has no need of readings.</summary>
    public async ValueTask<IReadOnlyCollection<PlanIndicator>> AllPrintedAsync(CancellationToken cancellation) =>
        [.. (await LoadedAsync(cancellation)).Values];

    /// <summary>One indicator as the table prints it, or null.</summary>
    public async ValueTask<PlanIndicator?> FindPrintedAsync(string code, CancellationToken cancellation) =>
        (await LoadedAsync(cancellation)).GetValueOrDefault(code);

    /// <summary>All indicators as they are read: in the table's order, then those computed from others.</summary>
    /// <param name="asOf">By the readings and definitions known then; null: now.</param>
    public async Task<IReadOnlyCollection<PlanIndicator>> AllAsync(DateTimeOffset? asOf, CancellationToken cancellation)
    {
        var read = Read(await LoadedAsync(cancellation), await db.ListAsync<ChoiceRow>(s_scope, ChoicesSql, new { asOf, indicator = (string?)null }, cancellation));
        return [.. read, .. DefinedBy(await db.ListAsync<DefinitionRow>(s_scope, DefinitionsSql, new { asOf }, cancellation), new(read.ToDictionary(found => found.Code), _measures!))];
    }

    /// <summary>
    /// Those that are computed from others, within a transaction: under the ledger's lock definitions stay as they are. By the plan as
    /// printed, since no reading touches the value of a month or a year.
    /// </summary>
    internal async Task<IReadOnlyList<PlanIndicator>> AllDefinedAsync(UnitOfWork work, CancellationToken cancellation) =>
        await DefinedByAsync(await work.ListAsync<DefinitionRow>(DefinitionsSql, new { asOf = (DateTimeOffset?)null }), cancellation);

    /// <summary>The same of definitions that were read.</summary>
    internal async ValueTask<IReadOnlyList<PlanIndicator>> DefinedByAsync(IReadOnlyList<DefinitionRow> rows, CancellationToken cancellation)
    {
        var printed = await LoadedAsync(cancellation);
        return DefinedBy(rows, new(printed, _measures!));
    }

    /// <summary>The indicators that definitions make, each by the others.</summary>
    internal static PlanIndicator[] DefinedBy(IReadOnlyList<DefinitionRow> rows, Nameable nameable)
    {
        var definitions = rows.ToDictionary(row => row.Code);
        return [.. rows.Select(One)];

        PlanIndicator One(DefinitionRow row) =>
            Definitions.ToIndicator(row, Definitions.Stored(row.Expression, Definitions.MissingOf(row.Missing), nameable, definitions, self: row.Code), nameable);
    }

    /// <summary>The plan's indicators as they are read, within a transaction: under the ledger's lock readings stay as they are.</summary>
    internal async Task<IReadOnlyCollection<PlanIndicator>> AllReadAsync(UnitOfWork work, CancellationToken cancellation) => Read(
        await LoadedAsync(cancellation), await work.ListAsync<ChoiceRow>(ChoicesSql, new { asOf = (DateTimeOffset?)null, indicator = (string?)null }));

    /// <summary>One indicator as it is read, or null.</summary>
    /// <param name="asOf">By the readings known then; null: now.</param>
    public async Task<PlanIndicator?> FindAsync(string code, DateTimeOffset? asOf, CancellationToken cancellation) =>
        (await LoadedAsync(cancellation)).GetValueOrDefault(code) is { } printed
            ? Read(printed, await db.ListAsync<ChoiceRow>(s_scope, ChoicesSql, new { asOf, indicator = code }, cancellation))
            : Definitions.Code().IsMatch(code) ? (await AllAsync(asOf, cancellation)).FirstOrDefault(found => found.Code == code)
            : null;

    /// <summary>What the plan leaves open about some indicators, and how it is read.</summary>
    /// <param name="asOf">By the readings known then; null: now.</param>
    internal async Task<IReadOnlyList<DecisionNote>> NotesAsync(IEnumerable<string> codes, DateTimeOffset? asOf, CancellationToken cancellation)
    {
        var named = codes.ToHashSet();
        return [.. (await AllAsync(asOf, cancellation)).Where(found => named.Contains(found.Code)).SelectMany(DecisionNote.Of)];
    }

    /// <summary>The definitions in force, by code.</summary>
    internal async Task<IReadOnlyDictionary<string, DefinitionRow>> DefinitionsAsync(CancellationToken cancellation) =>
        (await db.ListAsync<DefinitionRow>(s_scope, DefinitionsSql, new { asOf = (DateTimeOffset?)null }, cancellation)).ToDictionary(row => row.Code);

    /// <summary>The same, within a transaction.</summary>
    internal static async Task<IReadOnlyDictionary<string, DefinitionRow>> DefinitionsAsync(UnitOfWork work) =>
        (await work.ListAsync<DefinitionRow>(DefinitionsSql, new { asOf = (DateTimeOffset?)null })).ToDictionary(row => row.Code);

    /// <summary>What expressions may name beside each other.</summary>
    internal async Task<Nameable> NameableAsync(CancellationToken cancellation) => new(
        Read(await LoadedAsync(cancellation), await db.ListAsync<ChoiceRow>(s_scope, ChoicesSql, new { asOf = (DateTimeOffset?)null, indicator = (string?)null }, cancellation))
            .ToDictionary(found => found.Code), _measures!);

    /// <summary>The same, within a transaction.</summary>
    internal async Task<Nameable> NameableAsync(UnitOfWork work) => new((await AllReadAsync(work, CancellationToken.None)).ToDictionary(found => found.Code), _measures!);

    private static PlanIndicator[] Read(IReadOnlyDictionary<string, PlanIndicator> printed, IEnumerable<ChoiceRow> choices)
    {
        var chosen = choices.ToLookup(choice => choice.Indicator);
        return [.. printed.Values.Select(found => Read(found, chosen[found.Code]))];
    }

    private static PlanIndicator Read(PlanIndicator printed, IEnumerable<ChoiceRow> choices)
    {
        var chosen = choices.ToDictionary(choice => choice.Number);
        return printed.ReadBy([.. printed.Decisions.Select(question => (question, choice: chosen[question.Number])).Select(now => now.question with
        {
            Option = now.choice.Option,
            Reading = now.question.Options.First(option => option.Number == now.choice.Option).Text,
            Owner = now.choice.Owner,
            Decided = now.choice.DecidedOn is not null,
            Reason = now.choice.Reason,
            Document = now.choice.Document,
            DecidedOn = now.choice.DecidedOn,
            Revision = now.choice.Revision,
            KnownAt = now.choice.KnownAt,
        })]);
    }

    // Two first callers may both load; both read the same.
    private async ValueTask<IReadOnlyDictionary<string, PlanIndicator>> LoadedAsync(CancellationToken cancellation) =>
        _indicators ??= await LoadAsync(cancellation);

    private async Task<IReadOnlyDictionary<string, PlanIndicator>> LoadAsync(CancellationToken cancellation)
    {
        var origins = (await db.ListAsync<OriginRow>(s_scope, OriginsSql, null, cancellation)).ToLookup(row => row.Indicator);
        // Before the indicators, so that whoever sees those sees these.
        _measures = (await db.ListAsync<IndicatorMeasure>(s_scope, AllMeasuresSql, null, cancellation)).ToDictionary(measure => measure.Measure);
        var measures = (await db.ListAsync<MeasureRow>(s_scope, MeasuresSql, null, cancellation)).ToLookup(row => row.Indicator);
        var seasons = (await db.ListAsync<SeasonRow>(s_scope, SeasonsSql, null, cancellation)).ToLookup(row => row.Indicator);
        var questions = (await db.ListAsync<QuestionRow>(s_scope, QuestionsSql, null, cancellation)).ToLookup(row => row.Indicator);
        var options = (await db.ListAsync<OptionRow>(s_scope, OptionsSql, null, cancellation)).ToLookup(row => (row.Indicator, row.Number));
        var rows = await db.ListAsync<IndicatorRow>(s_scope, IndicatorsSql, null, cancellation);
        return new OrderedDictionary<string, PlanIndicator>(rows.Select(row => KeyValuePair.Create(row.Code, new PlanIndicator(
            row.Code, row.NameZh, row.NameEn, row.Definition, row.Unit, row.PrintedUnit, row.Scale,
            new(row.BaseComparator, row.BaseValue, row.BasePrinted),
            new(row.TargetComparator, row.TargetValue, row.TargetPrinted),
            row.Cumulative, row.Attribute, row.Direction, Parse<Counting>(row.Counting), row.Frequency, row.CityOnly,
            row.Document, row.SourceTable, row.SourceDepartment,
            [.. origins[row.Code].Select(o => new DatedOrigin(o.ValidFrom, Parse<Origin>(o.Origin), o.Mark, o.Reason))],
            [.. measures[row.Code].Select(m => new IndicatorMeasure(m.Measure, Parse<MeasureRole>(m.Role), m.Mode, m.Unit, m.Source, m.Name))],
            [.. seasons[row.Code].Select(s => new Season(s.ValidFrom, s.Shares, s.Mark, s.Verified, s.Source))],
            [.. questions[row.Code].Select(q => new PlanDecision(q.Indicator, q.Number, q.Question,
                [.. options[(q.Indicator, q.Number)].Select(o => new ReadingOption(o.Option, o.Text, o.Effect, o.Value, o.Computed))],
                0, "", q.Mark, "", false, "", null, null, 0, default))]))));
    }

    // The database writes "year-end-stocks" where C# says YearEndStocks.
    private static T Parse<T>(string code) where T : struct, Enum => Enum.Parse<T>(code.Replace("-", ""), ignoreCase: true);

    private const string IndicatorsSql = "select * from indicator order by position";
    private const string OriginsSql = "select * from indicator_origin order by indicator, valid_from";
    private const string SeasonsSql = "select * from season order by indicator, valid_from";
    private const string QuestionsSql = "select indicator, number, question, mark from indicator_note order by indicator, number";
    private const string OptionsSql = "select indicator, number, option, text, effect, value, computed from decision_option order by indicator, number, option";
    private const string MeasuresSql = """
        select im.indicator, im.measure, im.role, m.mode, m.unit, m.source, m.name
        from indicator_measure im
        join measure m on m.code = im.measure
        order by im.indicator, im.role desc, im.measure
        """;

    private const string AllMeasuresSql = "select code as measure, 0 as role, mode, unit, source, name from measure";

    internal const string DefinitionsSql = $"""
        select distinct on (code) {DefinitionRow.Columns}
        from indicator_definition
        where @asOf::timestamptz is null or known_at <= @asOf
        order by code, revision desc
        """;

    // The first choice is our proposal: before anybody chose, it held.
    private const string ChoicesSql = """
        select distinct on (indicator, number) indicator, number, revision, option, owner, reason, document, decided_on, known_at
        from decision_choice
        where (@indicator::text is null or indicator = @indicator) and (@asOf::timestamptz is null or known_at <= @asOf or revision = 1)
        order by indicator, number, revision desc
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
        public string? TargetComparator { get; init; }
        public decimal? TargetValue { get; init; }
        public required string TargetPrinted { get; init; }
        public bool Cumulative { get; init; }
        public required string Attribute { get; init; }
        public required string Direction { get; init; }
        public required string Counting { get; init; }
        public required string Frequency { get; init; }
        public bool CityOnly { get; init; }
        public required string Document { get; init; }
        public required string SourceTable { get; init; }
        public required string SourceDepartment { get; init; }
    }

    private sealed record OriginRow(string Indicator, DateOnly ValidFrom, string Origin, string Mark, string Reason);

    private sealed record MeasureRow(string Indicator, string Measure, string Role, string Mode, string Unit, string Source, string Name);

    private sealed record SeasonRow(string Indicator, int ValidFrom, decimal[] Shares, string Mark, bool Verified, string Source);

    private sealed record QuestionRow(string Indicator, int Number, string Question, string Mark);

    private sealed record OptionRow(string Indicator, int Number, int Option, string Text, string? Effect, string? Value, bool Computed);

    private sealed record ChoiceRow(
        string Indicator, int Number, int Revision, int Option, string Owner, string Reason, string? Document, DateOnly? DecidedOn, DateTimeOffset KnownAt);
}
