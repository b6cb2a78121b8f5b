namespace Wuwei.Tables;

/// <summary>How much of a file is read. What goes beyond is refused before it costs anything.</summary>
public sealed record TableLimits
{
    /// <summary>Rows with something in them, the header not counted.</summary>
    public int Rows { get; init; } = 200_000;

    /// <summary>Columns from the left.</summary>
    public int Columns { get; init; } = 256;

    /// <summary>Characters of a cell: Excel's own limit.</summary>
    public int CellLength { get; init; } = 32_767;

    /// <summary>Files inside a workbook.</summary>
    public int Entries { get; init; } = 200;

    /// <summary>Bytes of one file inside a workbook, unpacked.</summary>
    public long PartBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Bytes of all files inside a workbook, unpacked.</summary>
    public long TotalBytes { get; init; } = 384L * 1024 * 1024;

    /// <summary>How many times smaller than its content a packed file of some size may be.</summary>
    public int Ratio { get; init; } = 200;

    /// <summary>Characters of all different texts of a workbook together: they are in memory while it is read.</summary>
    public int SharedCharacters { get; init; } = 48 * 1024 * 1024;

    /// <summary>Different texts of a workbook.</summary>
    public int SharedStrings { get; init; } = 4_000_000;
}
