using System.ComponentModel.DataAnnotations;

namespace Wuwei.ServiceDefaults;

/// <summary>
/// Section <c>Imports</c>, as far as it holds for gateway and services alike: one variable, e.g. <c>Imports__ReceiveTime</c>, says it
/// to both. Were a sender's time over at the service first, the gateway would say 502 to whom the service tells why.
/// </summary>
public class FileLimits
{
    /// <summary>Largest file, in bytes: 200,000 trainings as text were 42.8 MB.</summary>
    [Range(1024, 512 * 1024 * 1024)] public int Bytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long a sender may take for a file, so that slow ones do not keep the places from others.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:30:00")] public TimeSpan ReceiveTime { get; set; } = TimeSpan.FromSeconds(60);
}
