using Wuwei.Contracts.Facts;
using Wuwei.Contracts.Observations;
using Wuwei.Contracts.Targets;
using Wuwei.Contracts.Warnings;

namespace Wuwei.Contracts;

/// <summary>A service that says something: who may publish what. The broker lets nobody else.</summary>
/// <param name="Service">The publishing service.</param>
/// <param name="Message">The message type it publishes.</param>
public sealed record Publication(string Service, Type Message)
{
    /// <summary>Everything that is said on the platform.</summary>
    public static readonly IReadOnlyList<Publication> All =
    [
        new("training", typeof(FactsRecorded)),
        new("loans", typeof(FactsRecorded)),
        new("labour-transfer", typeof(FactsRecorded)),
        new("indicator", typeof(FactsRecorded)),
        new("indicator", typeof(ObservationChanged)),
        new("indicator", typeof(TargetChanged)),
        new("indicator", typeof(WarningChanged)),
    ];
}
