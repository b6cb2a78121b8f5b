using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Assessment.EvidenceFiles;
using Wuwei.Assessment.Schemes;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Scores;

/// <summary>Explains an item's score down to the ledger.</summary>
public static class ExplainItem
{
    public static void Map(IEndpointRouteBuilder scores) => scores
        .MapGet("/{region}/{period}/items/{indicator}", HandleAsync)
        .WithName(nameof(ExplainItem))
        .Produces<ItemExplanation>()
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// How an item came to its score: the formula with its numbers, every observation and target version used, and
    /// where the facts behind them are. The score can be recomputed exactly from what is shown.
    /// </summary>
    internal static Task<IResult> HandleAsync(
        string region, string period, string indicator, [FromQuery] string? scheme, [FromQuery] string? asOf,
        HttpContext http, Caller caller, ScoreDocuments documents, TimeProvider clock, CancellationToken cancellation)
    {
        var asked = ScoreQuestion.Read(period, scheme, asOf, clock.GetUtcNow());
        return GetRegionScore.PageAsync(
            region, indicator.Length <= 20 && indicator.All(char.IsAsciiLetterOrDigit) ? asked : ScoreQuestion.UnknownItem, $"{region}/{indicator}",
            ScoreQuestion.UnknownItem, scoring => ItemExplanation.Of(scoring, region, indicator, documents.Demonstration), http, caller, documents, cancellation);
    }
}

/// <summary>An item's score, explained.</summary>
/// <param name="Item">The item as the scheme's version says.</param>
/// <param name="Score">Its outcome: value = Σ inputs' counted, target = Σ targets' counted.</param>
/// <param name="Formula">Each step in Chinese with the numbers put in, rounded to nothing.</param>
/// <param name="RuleText">The rule that fired, in Chinese.</param>
/// <param name="MissingPeriods">Periods of the plan so far of which nothing is known.</param>
/// <param name="Compared">Where units are compared: every unit's value, what was done to it, and its place; else absent.</param>
public sealed record ItemExplanation(
    ScoreHeading Heading, string Region, string RegionName, SchemeItem Item, ItemScore Score, IReadOnlyList<string> Formula,
    string RuleText, IReadOnlyList<ExplainedInput> Inputs, IReadOnlyList<ExplainedTarget> Targets, IReadOnlyList<string> MissingPeriods,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ComparedValue>? Compared = null)
{
    internal static ItemExplanation? Of(Scoring scoring, string region, string indicator, bool demonstration)
    {
        return scoring.Of(region) is not { } result || result.Items.SingleOrDefault(item => item.Item.Indicator == indicator) is not { } scored ? null : new(
            ScoreHeading.Of(scoring, demonstration), region, result.Region.Name, scored.Item, scored.Score,
            ScoreFormula.Of(scored, region), ScoreText.Of(scored.Score.Rule),
            [.. scored.Evidence.Inputs.Select(input => new ExplainedInput(
                input.Observation.Period, input.Observation.Value!.Value, input.Share, input.Counted, input.Observation.Unit,
                input.Observation.Status, input.Observation.Epoch, input.Observation.Revision, input.Observation.KnownAt,
                ScoreLinks.Observation(scoring, input.Observation), ScoreLinks.Facts(scoring, input.Observation), scoring.FilesOf(input.Observation)))],
            [.. scored.Evidence.Dues.OfType<Due>().Select(due => new ExplainedTarget(
                due.Target.Year, due.Target.Value, due.Target.Comparator, due.Share, due.Target.Value * due.Share,
                due.Target.Revision, due.Target.KnownAt, ScoreLinks.Target(due.Target)))],
            scored.Evidence.MissingPeriods,
            scored.Compared);
    }
}

/// <summary>An observation that counts.</summary>
/// <param name="Share">How much of it counts, 0–1: less than 1 only for the running year's stock.</param>
/// <param name="Counted">Value × share.</param>
/// <param name="Revision">The ledger position at which it holds.</param>
/// <param name="Link">The observation in the indicator service.</param>
/// <param name="Facts">The facts that add up to it.</param>
/// <param name="Files">Files of evidence that it rests on, what was refused left out; absent: none.</param>
public sealed record ExplainedInput(
    string Period, decimal Value, decimal Share, decimal Counted, string Unit, string Status, int Epoch, long Revision,
    DateTimeOffset KnownAt, string Link, string Facts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<CountedFile>? Files = null);

/// <summary>A year's target that is due.</summary>
/// <param name="Value">Null: not applicable in this region.</param>
/// <param name="Share">How much of it is due by the month's end, 0–1: the season's share in the running year.</param>
/// <param name="Counted">Value × share.</param>
/// <param name="Link">The target in the indicator service.</param>
public sealed record ExplainedTarget(
    int Year, decimal? Value, string Comparator, decimal Share, decimal? Counted, int Revision, DateTimeOffset KnownAt, string Link);
