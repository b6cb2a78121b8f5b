using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Contracts.Targets;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Targets;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Decisions;

public static class ChooseReading
{
    public static readonly Refusal OptionUnknown = Refusal.Invalid("decision.option_unknown", "没有这个选项。", "/option");
    public static readonly Refusal NotComputed = Refusal.Invalid("decision.not_computed", "平台不能按这一选项计算，只作记录。", "/option");
    public static readonly Refusal DayAhead = Refusal.Invalid("decision.day_ahead", "决定日期不能晚于今天。", "/decidedOn");

    public static void Map(IEndpointRouteBuilder decisions) => decisions
        .MapPut("/{indicator}/{number:int}", HandleAsync)
        .WithName(nameof(ChooseReading))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>
    /// Decides how the plan is read. Every answer from now on follows it; targets whose comparator or season it changes are
    /// said again, so that scores follow too. What was answered as of before stays.
    /// </summary>
    internal static async Task<Results<Ok<PlanDecision>, ProblemHttpResult>> HandleAsync(
        string indicator, int number, ReadingChoice choice,
        Caller caller, IndicatorCatalogue catalogue, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (!caller.IsCityApprover())
        {
            return SetTargets.CityOnly.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var ledger = await LedgerClock.LockAsync(work);
        if ((await catalogue.AllReadAsync(work, cancellation)).FirstOrDefault(found => found.Code == indicator) is not { } before
            || before.Decisions.FirstOrDefault(found => found.Number == number) is not { } decision)
        {
            return ReadDecision.NotFound.ToProblem();
        }

        if ((http.CheckIfMatch(decision.Revision) ?? Check(decision, choice, clock.Today())) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var next = Decide(decision, choice, ledger.KnownAt);
        work.Write(InsertSql, new
        {
            indicator,
            number,
            next.Revision,
            next.Option,
            next.Owner,
            next.Reason,
            next.Document,
            next.DecidedOn,
            caller.Subject,
            ledger.KnownAt,
        });
        work.Audit(caller, new Act("decision.chosen", $"decisions/{indicator}/{number}", Shown(decision), Shown(next)));
        var after = before.ReadBy([.. before.Decisions.Select(other => other.Number == number ? next : other)]);
        if (Concerns(before, after))
        {
            await SayAgainAsync(work, after, caller, ledger);
        }

        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        return TypedResults.Ok(next);
    }

    // The options are the plan's and stay; the trail is of what was chosen.
    private static object Shown(PlanDecision decision) => new
    {
        decision.Option,
        decision.Reading,
        decision.Owner,
        decision.Decided,
        decision.Reason,
        decision.Document,
        decision.DecidedOn,
        decision.Revision,
    };

    /// <summary>Whether the choice can be made.</summary>
    internal static Refusal? Check(PlanDecision decision, ReadingChoice choice, DateOnly today) =>
        decision.Options.FirstOrDefault(option => option.Number == choice.Option) switch
        {
            null => OptionUnknown,
            { Computed: false } => NotComputed,
            _ => choice.DecidedOn > today ? DayAhead : null,
        };

    /// <summary>The decision after the choice.</summary>
    internal static PlanDecision Decide(PlanDecision decision, ReadingChoice choice, DateTimeOffset knownAt) => decision with
    {
        Option = choice.Option,
        Reading = decision.Options.First(option => option.Number == choice.Option).Text,
        Owner = choice.Owner ?? decision.Owner,
        Decided = true,
        Reason = choice.Reason,
        Document = choice.Document,
        DecidedOn = choice.DecidedOn,
        Revision = decision.Revision + 1,
        KnownAt = knownAt,
    };

    /// <summary>Whether those who hold targets must hear of it: what they were told of them is other now.</summary>
    internal static bool Concerns(PlanIndicator before, PlanIndicator after) =>
        before.Target.Comparator != after.Target.Comparator
        || Enumerable.Range(Observations.PlanYears.First, 5).Any(year => !before.SeasonOf(year).Shares.SequenceEqual(after.SeasonOf(year).Shares));

    // A further revision of each target: its value is the same, what it is held against is not.
    private static async Task SayAgainAsync(UnitOfWork work, PlanIndicator indicator, Caller caller, LedgerState ledger)
    {
        var rows = await work.ListAsync<TargetRow>(ListTargets.CurrentSql,
            new { indicator = indicator.Code, region = (string?)null, year = (int?)null, asOf = (DateTimeOffset?)null });
        work.Write(SayAgainSql, new
        {
            indicator = indicator.Code,
            regions = rows.Select(row => row.Region).ToArray(),
            years = rows.Select(row => row.Year).ToArray(),
            caller.Subject,
            ledger.KnownAt,
        });
        foreach (var row in rows)
        {
            work.Publish(new TargetChanged(row.Indicator, row.Region, row.Year, row.Value, indicator.Comparison,
                indicator.SeasonOf(row.Year).Shares, row.Revision + 1, ledger.KnownAt));
        }
    }

    private const string InsertSql = """
        insert into decision_choice (indicator, number, revision, option, owner, reason, document, decided_on, decided_by, known_at)
        values (@indicator, @number, @Revision, @Option, @Owner, @Reason, @Document, @DecidedOn, @Subject, @KnownAt)
        """;

    private const string SayAgainSql = """
        insert into target (indicator, region, year, revision, value, note, set_by, known_at)
        select distinct on (t.region, t.year) t.indicator, t.region, t.year, t.revision + 1, t.value, t.note, @Subject, @KnownAt
        from target t
        join unnest(@regions, @years) as again (region, year) on again.region = t.region and again.year = t.year
        where t.indicator = @indicator
        order by t.region, t.year, t.revision desc
        """;
}

/// <summary>How the plan is to be read.</summary>
public sealed record ReadingChoice
{
    /// <summary>Number of the option.</summary>
    public required int Option { get; init; }

    /// <summary>Why; 1 to 500 characters.</summary>
    [Required(ErrorMessage = "须写明理由。"), TextLength(500, MinimumLength = 1, ErrorMessage = "理由须为 1 到 500 字。")]
    public required string Reason { get; init; }

    /// <summary>The day of the decision.</summary>
    public required DateOnly DecidedOn { get; init; }

    /// <summary>Number of the document that decides it.</summary>
    [TextLength(100, ErrorMessage = "文号最多 100 字。")] public string? Document { get; init; }

    /// <summary>The office that answers for it from now on; the same as before when absent.</summary>
    [TextLength(100, MinimumLength = 1, ErrorMessage = "责任单位须为 1 到 100 字。")] public string? Owner { get; init; }
}
