using System.ComponentModel.DataAnnotations;
using Wuwei.ServiceDefaults;
using Wuwei.Tables;

namespace Wuwei.Register.Files;

/// <summary>Section <c>Imports</c>.</summary>
public sealed class ImportOptions : FileLimits
{
    /// <summary>Most rows of a file.</summary>
    [Range(1, 1_000_000)] public int Rows { get; set; } = 200_000;

    /// <summary>Files that are received at the same time: each is in memory while it is.</summary>
    [Range(1, 100)] public int AtOnce { get; set; } = 2;

    /// <summary>Rows that are applied together.</summary>
    [Range(1, 5000)] public int ChunkRows { get; set; } = 1000;

    internal TableLimits Limits => new() { Rows = Rows };
}
