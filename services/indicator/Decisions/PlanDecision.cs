using System.Globalization;
using Wuwei.Indicator.Catalogue;

namespace Wuwei.Indicator.Decisions;

/// <summary>What the plan leaves open, and how it is read.</summary>
/// <param name="Number">Within the indicator, from 1.</param>
/// <param name="Option">The option in force.</param>
/// <param name="Reading">Its text.</param>
/// <param name="Mark">How sure: P plan, S public source, L law, I inference, D design proposal, U unverified.</param>
/// <param name="Owner">The office that answers for the question.</param>
/// <param name="Decided">False: the reading is the platform's proposal, which nobody has decided yet.</param>
/// <param name="Document">Number of the document that decides it.</param>
/// <param name="Revision">Also the ETag.</param>
public sealed record PlanDecision(
    string Indicator, int Number, string Question, IReadOnlyList<ReadingOption> Options, int Option, string Reading, string Mark,
    string Owner, bool Decided, string Reason, string? Document, DateOnly? DecidedOn, int Revision, DateTimeOffset KnownAt);

/// <summary>A way to read the plan.</summary>
/// <param name="Effect">What of the indicator it makes other: <c>comparator</c>, <c>target</c>, <c>scale</c>, <c>total</c>, <c>season</c>, <c>base</c>, <c>name</c>; null: words only.</param>
/// <param name="Value">What it makes of it.</param>
/// <param name="Computed">Whether the platform can work by it; others are on record and cannot be chosen.</param>
public sealed record ReadingOption(int Number, string Text, string? Effect, string? Value, bool Computed);

/// <summary>A decision, where a figure that it touches is shown.</summary>
/// <param name="Link">The decision with its options and history.</param>
public sealed record DecisionNote(string Indicator, int Number, string Question, string Reading, bool Decided, string Link)
{
    /// <summary>As files say it, beside a figure.</summary>
    internal string Text => $"{Question.TrimEnd('。')}：按“{Reading.TrimEnd('。')}”{(Decided ? "" : "（未定）")}";

    internal static DecisionNote[] Of(PlanIndicator indicator) => [.. indicator.Decisions.Select(decision => new DecisionNote(
        decision.Indicator, decision.Number, decision.Question, decision.Reading, decision.Decided,
        $"/api/indicator/v1/decisions/{decision.Indicator}/{decision.Number}"))];
}

/// <summary>What readings make of an indicator.</summary>
internal static class Readings
{
    private static readonly IReadOnlyList<decimal> s_even = [.. Enumerable.Range(1, 12).Select(month => decimal.Round(month / 12m, 4))];

    /// <summary>The indicator as the readings in force have it.</summary>
    /// <param name="printed">As the table prints it.</param>
    public static PlanIndicator ReadBy(this PlanIndicator printed, IReadOnlyList<PlanDecision> decisions) => decisions
        .Select(decision => decision.Options.First(option => option.Number == decision.Option))
        .Aggregate(printed with { Decisions = decisions }, (read, option) => option switch
        {
            { Effect: "comparator", Value: { } comparator } => read with { Target = read.Target with { Comparator = comparator } },
            { Effect: "target", Value: { } value } => read with { Target = read.Target with { Value = Number(value) } },
            { Effect: "scale", Value: { } scale } => read with { Scale = Number(scale) },
            { Effect: "total", Value: "last-year-end" } => read with { Cumulative = false },
            { Effect: "season", Value: "even" } => read with { Seasons = [new(0, s_even, "D", false, "按月均匀")] },
            { Effect: "base", Value: "exact" } => read with { Base = read.Base with { Comparator = "=" } },
            { Effect: "name", Value: { } name } => read with { NameZh = name },
            _ => read,
        });

    private static decimal Number(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
