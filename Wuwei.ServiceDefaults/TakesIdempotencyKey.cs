namespace Wuwei.ServiceDefaults;

/// <summary>Marks an endpoint whose requests may name themselves; for the API's description.</summary>
public sealed class TakesIdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>On an answer that was given before.</summary>
    public const string ReplayedHeader = "Idempotent-Replayed";
}
