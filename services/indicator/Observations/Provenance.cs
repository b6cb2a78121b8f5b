namespace Wuwei.Indicator.Observations;

/// <summary>What every answer with values says of where they come from.</summary>
/// <param name="configuration">Setting <c>Demonstration</c>.</param>
public sealed class Provenance(IConfiguration configuration)
{
    /// <summary>The platform holds synthetic demonstration records.</summary>
    public bool Demonstration { get; } = configuration.GetValue("Demonstration", false);
}
