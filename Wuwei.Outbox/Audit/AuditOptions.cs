using System.ComponentModel.DataAnnotations;

namespace Wuwei.Outbox.Audit;

/// <summary>Section <c>Audit</c>: how soon entries are chained and how long they are kept.</summary>
public sealed class AuditOptions
{
    /// <summary>How often new entries are chained.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")] public TimeSpan SealInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Entries chained in one transaction.</summary>
    [Range(1, 50_000)] public int SealBatch { get; set; } = 5000;

    /// <summary>How often the head of the chain is logged, so that it is known outside the database too.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan HeadInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Days for which entries are kept, to the end of the month; the database refuses fewer than 400.</summary>
    [Range(400, 36_500)] public int KeepDays { get; set; } = 800;
}
