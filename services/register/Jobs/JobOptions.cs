using System.ComponentModel.DataAnnotations;

namespace Wuwei.Register.Jobs;

/// <summary>Section <c>Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <summary>How often a worker looks for jobs that nobody woke it for: of other replicas, or left by a crash.</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:10:00")] public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a worker may be silent before another takes its job.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")] public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Workers that may take up a job one after the other before it is given up.</summary>
    [Range(1, 100)] public int Attempts { get; set; } = 5;

    /// <summary>How long a finished job can be asked about.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")] public TimeSpan Keep { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long rows that were not stored are kept for the workbook of errors.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")] public TimeSpan KeepRows { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often what is kept no longer is deleted.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "1.00:00:00")] public TimeSpan SweepInterval { get; set; } = TimeSpan.FromHours(1);
}
