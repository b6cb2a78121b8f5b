using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Assessment.EvidenceFiles;
using Wuwei.Assessment.Schemes;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Scores;

/// <summary>Explains a unit's combined score, level by level.</summary>
public static class ExplainTree
{
    public static void Map(IEndpointRouteBuilder scores) => scores
        .MapGet("/{region}/{period}/tree", HandleAsync)
        .WithName(nameof(ExplainTree))
        .Produces<TreeExplanation>()
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// How a unit came to its combined score: every level with its parts, weights and method, plus and minus points, veto items
    /// and grade. Each level's value recomputes exactly from the parts shown.
    /// </summary>
    internal static Task<IResult> HandleAsync(
        string region, string period, [FromQuery] string? scheme, [FromQuery] string? asOf,
        HttpContext http, Caller caller, ScoreDocuments documents, TimeProvider clock, CancellationToken cancellation) =>
        GetRegionScore.PageAsync(
            region, ScoreQuestion.Read(period, scheme, asOf, clock.GetUtcNow()), $"{region}#tree", ScoreQuestion.UnknownRegion,
            scoring => TreeExplanation.Of(scoring, region, documents.Demonstration), http, caller, documents, cancellation);
}

/// <summary>A combined score, explained.</summary>
/// <param name="Peers">The units of like.</param>
/// <param name="Levels">The goal first, each group after the one it is in.</param>
/// <param name="Base">100 × the goal's value, at most 100; null when too little is known.</param>
/// <param name="Points">Plus and minus points by kind.</param>
/// <param name="PointsTotal">Together, plus points up to their common ceiling.</param>
/// <param name="VoidedBy">Cases that void the score.</param>
/// <param name="Vetoes">Veto items whose target is missed, and the best grade each leaves open.</param>
/// <param name="Formula">The steps from the goal to the score in Chinese with the numbers put in, rounded to nothing.</param>
public sealed record TreeExplanation(
    ScoreHeading Heading, RegionScore Score, string Peers, IReadOnlyList<ExplainedLevel> Levels, decimal? Base, IReadOnlyList<ExplainedPoints> Points,
    decimal PointsTotal, IReadOnlyList<string> VoidedBy, IReadOnlyList<ExplainedVeto> Vetoes, IReadOnlyList<string> Formula)
{
    internal static TreeExplanation? Of(Scoring scoring, string unit, bool demonstration) => scoring.Of(unit) is not { } result ? null : new(
        ScoreHeading.Of(scoring, demonstration), RegionScore.Of(scoring, result), result.Unit.Peers,
        [.. result.Levels.Select((level, at) => ExplainedLevel.Of(scoring, result, level, at))],
        result.Base,
        [.. result.Points.Select(points => new ExplainedPoints(
            points.Point, points.Cases, points.Points, [.. points.Inputs.Select(input => ScoreLinks.Observation(scoring, input))],
            points.Inputs.SelectMany(input => scoring.FilesOf(input) ?? []).ToArray() is { Length: > 0 } files ? files : null))],
        ScoreTable.PointsOf(scoring.Table.Scheme, result.Points),
        result.VoidedBy,
        [.. result.Vetoes.Select(item => new ExplainedVeto(item.Item.Indicator, item.Item.Name, item.Item.Rule!.VetoGrade!))],
        FormulaOf(scoring.Table.Scheme, result));

    private static List<string> FormulaOf(Scheme scheme, RegionResult result)
    {
        List<string> steps = [];
        if (result is { Base: { } own } && result.Levels[0].Value is { } goal)
        {
            steps.Add($"基础分 = 100 × {N(goal)} = {N(100 * goal)}{(100 * goal > own ? "，按 100 计" : "")}");
            foreach (var points in result.Points.Where(points => points is { Cases: > 0, Point.Kind: not PointKind.Void }))
            {
                var each = N(points.Point.Each);
                steps.Add($"{ScoreText.Of(points.Point.Kind)}（{points.Point.Name}）= {N(points.Cases)} 次 × {each}，最多 {N(points.Point.Ceiling)} = {N(points.Points)}");
            }

            if (result.Points.Count > 0 && result.Combined is { } combined)
            {
                steps.Add($"综合得分 = {N(own)} + ({N(ScoreTable.PointsOf(scheme, result.Points))}) = {N(combined)}");
            }
        }

        steps.AddRange(result.VoidedBy.Select(name => $"{name}：得分作废，不排名、不评等次"));
        steps.AddRange(result.Vetoes.Select(item => $"一票否决：{item.Item.Name}未达标，等次不高于{item.Item.Rule!.VetoGrade}"));
        if (result.Grade is { } grade)
        {
            steps.Add($"等次：{grade}");
        }

        return steps;
    }

    private static string N(decimal value) => ScoreText.Number(value);
}

/// <summary>The goal or a group.</summary>
/// <param name="Value">0 to 1 and, with caps above 1, more; null: too little is known.</param>
/// <param name="CoveredWeight">Weight of its parts that is known; at least the scheme's threshold of the applicable, or there is no value.</param>
/// <param name="Rivals">Of a comparison two by two: the same parts of every unit of like; else absent.</param>
/// <param name="Formula">In Chinese with the numbers put in.</param>
public sealed record ExplainedLevel(
    string Code, string Name, Aggregation Aggregation, decimal? Value, decimal ApplicableWeight, decimal CoveredWeight,
    IReadOnlyList<ExplainedPart> Parts, string Formula,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Rival>? Rivals = null)
{
    internal static ExplainedLevel Of(Scoring scoring, RegionResult result, TreeLevel level, int at)
    {
        var known = level.Parts.Where(part => part.Value is not null).Sum(part => part.Weight);
        return new(
            level.Code, level.Name, level.Aggregation, level.Value, level.Applicable, level.Covered,
            [.. level.Parts.Select(part => new ExplainedPart(
                part.Code, part.Name, part.IsGroup, part.Weight, part.Value, part.Value is null ? null : part.Weight / known,
                part.IsGroup ? null : ScoreLinks.Item(scoring, result.Region.Code, part.Code)))],
            FormulaOf(level, known),
            level.Aggregation is not Aggregation.Copeland ? null
                : [.. scoring.Table.Regions.Where(other => other.Unit.IsRanked && other.Unit.Peers == result.Unit.Peers)
                    .Select(other => new Rival(other.Region.Code, other.Region.Name, [.. other.Levels[at].Parts.Select(part => part.Value)]))]);
    }

    private static string FormulaOf(TreeLevel level, decimal known)
    {
        var parts = level.Parts.Where(part => part.Value is not null).Select(part => $"{ScoreText.Number(part.Weight)}×{ScoreText.Number(part.Value!.Value)}").ToArray();
        return level switch
        {
            { Value: null } => $"已知权重 {ScoreText.Number(level.Covered)}，适用权重 {ScoreText.Number(level.Applicable)}：不计",
            { Aggregation: Aggregation.Arithmetic, Value: { } value } when parts.Length <= 12 =>
                $"{level.Name} = ({string.Join(" + ", parts)}) ÷ {ScoreText.Number(known)} = {ScoreText.Number(value)}",
            { Value: { } value } => string.Create(CultureInfo.InvariantCulture,
                $"{level.Name} = {parts.Length} 个部分的{ScoreText.Of(level.Aggregation)} = {ScoreText.Number(value)}"),
        };
    }
}

/// <summary>A part of a level.</summary>
/// <param name="Value">0 to 1 and, with caps above 1, more; null leaves the level.</param>
/// <param name="Share">Its weight's share of those that have a value.</param>
/// <param name="Link">Where an item is explained; null for a group, which is a level itself.</param>
public sealed record ExplainedPart(string Code, string Name, bool IsGroup, decimal Weight, decimal? Value, decimal? Share, string? Link);

/// <summary>A unit of like, and its values of the same parts.</summary>
public sealed record Rival(string Unit, string Name, IReadOnlyList<decimal?> Values);

/// <summary>Points of one kind.</summary>
/// <param name="Points">Below 0 where they are taken away.</param>
/// <param name="Links">What they were counted from.</param>
/// <param name="Files">Files of evidence that the cases rest on, what was refused left out; absent: none.</param>
public sealed record ExplainedPoints(
    SchemePoint Rule, decimal Cases, decimal Points, IReadOnlyList<string> Links,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<CountedFile>? Files = null);

/// <summary>A veto item whose target is missed.</summary>
public sealed record ExplainedVeto(string Indicator, string Name, string BestGrade);
