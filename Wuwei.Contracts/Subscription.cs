using Wuwei.Contracts.Facts;
using Wuwei.Contracts.Observations;
using Wuwei.Contracts.Targets;
using Wuwei.Contracts.Warnings;

namespace Wuwei.Contracts;

/// <summary>A durable queue and the message it holds: who listens to what. Declared before anyone publishes.</summary>
/// <param name="Queue">Name of the quorum queue, <c>service.what</c>.</param>
/// <param name="Service">The one service that reads it.</param>
/// <param name="Message">The message type bound to it.</param>
public sealed record Subscription(string Queue, string Service, Type Message)
{
    /// <summary>Facts on their way into the ledger; one active consumer.</summary>
    public static readonly Subscription IndicatorFacts = new("indicator.facts", "indicator", typeof(FactsRecorded));

    /// <summary>Observations on their way into the scores; one active consumer.</summary>
    public static readonly Subscription AssessmentObservations = new("assessment.observations", "assessment", typeof(ObservationChanged));

    /// <summary>Targets on their way into the scores; one active consumer.</summary>
    public static readonly Subscription AssessmentTargets = new("assessment.targets", "assessment", typeof(TargetChanged));

    /// <summary>Warnings on their way to the assessment office; one active consumer.</summary>
    public static readonly Subscription AssessmentWarnings = new("assessment.warnings", "assessment", typeof(WarningChanged));

    /// <summary>Every queue of the platform.</summary>
    public static readonly IReadOnlyList<Subscription> All = [IndicatorFacts, AssessmentObservations, AssessmentTargets, AssessmentWarnings];
}
