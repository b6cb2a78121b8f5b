using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Progress;

public static class ReadProgress
{
    public static void Map(IEndpointRouteBuilder progress) => progress
        .MapGet("/{indicator}/{region}/{month}", HandleAsync)
        .WithName(nameof(ReadProgress))
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>One indicator against the plan, with the way month by month: what was, what was due, what is to be expected.</summary>
    /// <param name="asOf">Instant with offset: facts, targets, readings and rule as they were known then.</param>
    internal static async Task<Results<Pulled<OpenedProgress>, ProblemHttpResult>> HandleAsync(
        string indicator, string region, string month, string? asOf,
        Caller caller, IndicatorCatalogue catalogue, Provenance provenance, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if ((await PlanProgress.LookAsync(region, month, asOf, indicator, caller, catalogue, db, clock.Today(), cancellation)).IsRefused(out var refusal, out var look))
        {
            return refusal.ToProblem();
        }

        var read = look.Indicators.First();
        var (goal, history) = look.Of(read);
        IEnumerable<PacePoint> points = read.AppliesTo(region)
            ? new PlanEnd(goal, history, look.Rule.Confidence).Points(one => History.ToDateOf(read, region, one, look.Cells).Value is { } value ? Aggregation.Plain(value) : null)
            : [];
        return new Pulled<OpenedProgress>(new(PlanProgress.Of(look, read), [.. points], look.Rule, look.Knowledge.AsOf, provenance.Demonstration));
    }
}

/// <summary>An indicator's progress and its way.</summary>
/// <param name="Points">January 2021 to December 2025.</param>
/// <param name="Rule">What the status is judged by.</param>
/// <param name="Demonstration">The platform holds synthetic records: no real figures.</param>
public sealed record OpenedProgress(
    IndicatorProgress Progress, IReadOnlyList<PacePoint> Points, ProgressRule Rule, DateTimeOffset? AsOf, bool Demonstration);
