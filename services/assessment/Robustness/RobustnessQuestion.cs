using System.ComponentModel.DataAnnotations;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Robustness;

/// <summary>Scores and the units of like among them that are looked at.</summary>
internal sealed record LookedAt(Scoring Scoring, string Peers)
{
    public IReadOnlyList<RegionResult> Units { get; } = [.. Scoring.Table.Regions.Where(result => result.Unit.IsRanked && result.Unit.Peers == Peers)];
}

/// <summary>The same, made ready to draw from.</summary>
internal sealed record Drawable(LookedAt Looked, DrawModel Model, DrawRunner Runner);

internal static class RobustnessQuestion
{
    public static readonly Refusal UnknownPeers = Refusal.Invalid("assessment.unknown_peers", "方案中没有这类排名单位。", "/peers");

    public static readonly Refusal TooFew = new(
        "assessment.too_few_units", "这类单位中有综合得分的不足两个，无从比较。", StatusCodes.Status409Conflict);

    /// <summary>Computes the scores that a question about robustness is about.</summary>
    /// <param name="peers">Units of like; null: the scheme's first.</param>
    public static async Task<Decision<LookedAt>> ReadAsync(
        ScoreReader reader, string? period, string? scheme, string? asOf, string? peers, DateTimeOffset now, CancellationToken cancellation)
    {
        if (ScoreQuestion.Read(period, scheme, asOf, now).IsRefused(out var refusal, out var question)
            || (await reader.ComputeAsync(question, cancellation)).IsRefused(out refusal, out var scoring))
        {
            return refusal;
        }

        return LookAt(scoring, peers);
    }

    /// <summary>The same for an experiment; two units at least.</summary>
    public static async Task<Decision<Drawable>> ReadAsync(
        ScoreReader reader, string period, string? scheme, string? asOf, ExperimentDraft draft, DateTimeOffset now, CancellationToken cancellation) =>
        (await ReadAsync(reader, period, scheme, asOf, draft.Peers, now, cancellation)).IsRefused(out var refusal, out var looked) ? refusal : Ready(looked, draft);

    /// <summary>The same of scores that are computed already.</summary>
    public static Decision<Drawable> Ready(Scoring scoring, ExperimentDraft draft) =>
        LookAt(scoring, draft.Peers).IsRefused(out var refusal, out var looked) ? refusal : Ready(looked, draft);

    private static Decision<Drawable> Ready(LookedAt looked, ExperimentDraft draft)
    {
        var experiment = draft.ToExperiment();
        var model = DrawModel.Of(looked.Scoring.Table, looked.Peers, experiment.Normalisations);
        return model.Units.Count < 2 ? TooFew : new Drawable(looked, model, new(model, experiment));
    }

    private static Decision<LookedAt> LookAt(Scoring scoring, string? peers) =>
        scoring.Table.Regions.FirstOrDefault(result => result.Unit.IsRanked && (peers is null || result.Unit.Peers == peers)) is { } first
            ? new LookedAt(scoring, first.Unit.Peers)
            : UnknownPeers;
}

/// <summary>What is taken to be uncertain.</summary>
public abstract record ExperimentDraft
{
    /// <summary>Every weight is drawn evenly from so much below to so much above its own; 0.25 is a quarter.</summary>
    [Range(0, 0.9, ErrorMessage = "权重扰动须在 0 到 0.9 之间。")] public double Noise { get; init; } = 0.25;

    /// <summary>Ways of making items comparable that are drawn as often as the scheme's own.</summary>
    [MaxLength(3, ErrorMessage = "最多 3 种标准化方法。")] public IReadOnlyList<Normalisation> Normalisations { get; init; } = [];

    /// <summary>Ways of combining every level that are drawn as often as the scheme's own.</summary>
    [MaxLength(5, ErrorMessage = "最多 5 种合成方法。")] public IReadOnlyList<Aggregation> Aggregations { get; init; } = [];

    /// <summary>The same seed gives the same answer, on any number of cores.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Units of like that are looked at; null: the scheme's first.</summary>
    [TextLength(40, ErrorMessage = "类别最多 40 字。")] public string? Peers { get; init; }

    internal Experiment ToExperiment() => new(
        Noise, [Normalisation.Scheme, .. Normalisations.Except([Normalisation.Scheme])], [null, .. Aggregations.Distinct().Select(how => (Aggregation?)how)], Seed);
}
