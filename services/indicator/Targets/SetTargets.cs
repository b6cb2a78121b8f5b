using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Contracts.Targets;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Targets;

public static class SetTargets
{
    /// <summary>Most targets of one request.</summary>
    public const int MaxItems = 500;

    public static readonly Refusal CityOnly = new("auth.city_approver_only", "只有市级审核人可以执行此操作。", StatusCodes.Status403Forbidden);
    public static readonly Refusal SubmissionRequired = new("target.submission_required", "目标须先送审，由另一人批准后下达。");
    public static readonly Refusal Count = Refusal.Invalid("request.item_count", $"一次须有 1 到 {MaxItems} 项。", "");
    public static readonly Refusal IndicatorUnknown = Refusal.Invalid("indicator.unknown", "没有这个指标。", "/indicator");
    public static readonly Refusal RegionUnknown = Refusal.Invalid("region.unknown", "目标只能下达到市或县区。", "/region");
    public static readonly Refusal YearOutOfPlan = Refusal.Invalid("target.year_out_of_plan", $"年份须在 {PlanYears.First} 到 {PlanYears.Last} 之间。", "/year");
    public static readonly Refusal NotApplicable = Refusal.Invalid("target.not_applicable", "该指标只有全市数，县区目标须为空。", "/value");
    public static readonly Refusal ValueOutOfRange = Refusal.Invalid("target.value_out_of_range", "数值超出该指标的合理范围。", "/value");
    public static readonly Refusal Twice = Refusal.Invalid("target.item_twice", "同一指标、地区和年份出现两次。", "");

    public static void Map(IEndpointRouteBuilder targets) => targets
        .MapPut("/", HandleAsync)
        .WithName(nameof(SetTargets))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// Sets targets of regions and years, all or none. What is the same as before stays at its revision. Where the policy parameter
    /// targets.second_person is 1, they come by a submission that somebody else approves.
    /// </summary>
    internal static async Task<Results<Ok<TargetsSet>, ProblemHttpResult>> HandleAsync(
        IReadOnlyList<TargetCell> cells, Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (!caller.IsCityApprover())
        {
            return CityOnly.ToProblem();
        }

        if (Check(cells, (await catalogue.AllAsync(null, cancellation)).ToDictionary(indicator => indicator.Code)) is { } invalid)
        {
            return invalid.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if ((await PolicyParameters.ReadAsync(work)).Value("targets.second_person", clock.Today()) > 0)
        {
            return SubmissionRequired.ToProblem();
        }

        if ((await WithinAsync(work, cells, caller, catalogue, cancellation)).IsRefused(out var refusal, out var changed))
        {
            return refusal.ToProblem();
        }

        await work.CommitAsync();
        return TypedResults.Ok(new TargetsSet(changed.Length, cells.Count - changed.Length));
    }

    /// <summary>Sets targets within a transaction, and says what changed.</summary>
    /// <param name="cells">Checked.</param>
    internal static async Task<Decision<TargetRow[]>> WithinAsync(
        UnitOfWork work, IReadOnlyList<TargetCell> cells, Caller caller, IndicatorCatalogue catalogue, CancellationToken cancellation)
    {
        var ledger = await LedgerClock.LockAsync(work);
        var known = (await work.ListAsync<TargetRow>(ListTargets.CurrentSql, new { indicator = (string?)null, region = (string?)null, year = (int?)null, asOf = (DateTimeOffset?)null }))
            .ToDictionary(row => (row.Indicator, row.Region, row.Year));
        if (Decide(cells, known).IsRefused(out var refusal, out var changed))
        {
            return refusal;
        }

        work.Write(InsertSql, new
        {
            indicators = changed.Select(row => row.Indicator).ToArray(),
            regions = changed.Select(row => row.Region).ToArray(),
            years = changed.Select(row => row.Year).ToArray(),
            revisions = changed.Select(row => row.Revision).ToArray(),
            values = changed.Select(row => row.Value).ToArray(),
            notes = changed.Select(row => row.Note).ToArray(),
            caller.Subject,
            ledger.KnownAt,
        });
        work.Audit(caller, [.. changed.Select(row => new Act(
            "target.set", $"targets/{row.Indicator}/{row.Region}/{row.Year}",
            known.GetValueOrDefault((row.Indicator, row.Region, row.Year)), row with { KnownAt = ledger.KnownAt }, row.Region))]);
        var indicators = (await catalogue.AllReadAsync(work, cancellation)).Concat(await catalogue.AllDefinedAsync(work, cancellation)).ToDictionary(indicator => indicator.Code);
        foreach (var row in changed)
        {
            var indicator = indicators[row.Indicator];
            work.Publish(new TargetChanged(row.Indicator, row.Region, row.Year, row.Value, indicator.Comparison,
                indicator.SeasonOf(row.Year).Shares, row.Revision, ledger.KnownAt));
        }

        return changed;
    }

    /// <summary>What can never be right, whatever was set before.</summary>
    internal static Refusal? Check(IReadOnlyList<TargetCell> cells, IReadOnlyDictionary<string, PlanIndicator> indicators)
    {
        if (cells.Count is 0 or > MaxItems)
        {
            return Count;
        }

        var seen = new HashSet<(string, string, int)>();
        for (var i = 0; i < cells.Count; i++)
        {
            var refusal = cells[i] switch
            {
                null => Count,
                var cell when !indicators.ContainsKey(cell.Indicator) => IndicatorUnknown,
                var cell when cell.Region != RegionCode.City && RegionCode.Counties.All(county => county.Code != cell.Region) => RegionUnknown,
                { Year: < PlanYears.First or > PlanYears.Last } => YearOutOfPlan,
                { Value: not null } cell when !indicators[cell.Indicator].AppliesTo(cell.Region) => NotApplicable,
                { Value: { } value } cell when !Values.Fits(indicators[cell.Indicator].Unit, value) => ValueOutOfRange,
                { Note.Length: > 500 } => new Refusal("request.invalid", "备注最多 500 字。", StatusCodes.Status422UnprocessableEntity, "/note"),
                var cell when !seen.Add((cell.Indicator, cell.Region, cell.Year)) => Twice,
                _ => null,
            };
            if (refusal is not null)
            {
                return refusal with { Pointer = $"/{i}{refusal.Pointer}" };
            }
        }

        return null;
    }

    /// <summary>Which cells become a further revision.</summary>
    internal static Decision<TargetRow[]> Decide(
        IReadOnlyList<TargetCell> cells, IReadOnlyDictionary<(string, string, int), TargetRow> known)
    {
        var changed = new List<TargetRow>();
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = cells[i];
            var before = known.GetValueOrDefault((cell.Indicator, cell.Region, cell.Year));
            if (cell.Revision is { } revision && revision != (before?.Revision ?? 0))
            {
                return ETags.Stale with { Pointer = $"/{i}/revision" };
            }

            if (before is null || before.Value != cell.Value || before.Note != cell.Note)
            {
                changed.Add(new(cell.Indicator, cell.Region, cell.Year, (before?.Revision ?? 0) + 1, cell.Value, cell.Note, default));
            }
        }

        return changed.ToArray();
    }

    private const string InsertSql = """
        insert into target (indicator, region, year, revision, value, note, set_by, known_at)
        select indicator, region, year, revision, value, note, @Subject, @KnownAt
        from unnest(@indicators, @regions, @years, @revisions, @values, @notes) as k (indicator, region, year, revision, value, note)
        """;
}

/// <summary>A target to set.</summary>
public sealed record TargetCell
{
    /// <summary>Catalogue code.</summary>
    public required string Indicator { get; init; }

    /// <summary>City or county.</summary>
    public required string Region { get; init; }

    /// <summary>2021 to 2025.</summary>
    public required int Year { get; init; }

    /// <summary>In the indicator's unit (人, not 万人); null: not applicable.</summary>
    public required decimal? Value { get; init; }

    /// <summary>Where it comes from.</summary>
    [TextLength(500)] public string? Note { get; init; }

    /// <summary>The revision that is changed, 0 for none; when absent, whatever is there.</summary>
    public int? Revision { get; init; }
}

/// <summary>How many targets changed.</summary>
public sealed record TargetsSet(int Changed, int Unchanged);
