using System.ComponentModel.DataAnnotations;
using Wuwei.Tables;

namespace Wuwei.Register.Files;

/// <summary>Section <c>Imports</c>.</summary>
public sealed class ImportOptions
{
    /// <summary>Largest file, in bytes: 200,000 trainings as text were 42.8 MB.</summary>
    [Range(1024, 512 * 1024 * 1024)] public int Bytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Most rows of a file.</summary>
    [Range(1, 1_000_000)] public int Rows { get; set; } = 200_000;

    /// <summary>Files that are received at the same time: each is in memory while it is.</summary>
    [Range(1, 100)] public int AtOnce { get; set; } = 2;

    /// <summary>How long a sender may take for a file, so that slow ones do not keep the places from others.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:30:00")] public TimeSpan ReceiveTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Rows that are applied together.</summary>
    [Range(1, 5000)] public int ChunkRows { get; set; } = 1000;

    internal TableLimits Limits => new() { Rows = Rows };
}
