namespace Wuwei.Tables;

/// <summary>What a cell holds, apart from what it shows.</summary>
public enum CellKind
{
    /// <summary>Text, or nothing.</summary>
    Text,

    /// <summary>A number: Excel keeps 15 digits of it.</summary>
    Number,

    /// <summary>A number that is shown as a day.</summary>
    Date,

    /// <summary>Calculated; what it last came to is not looked at.</summary>
    Formula,

    /// <summary>e.g. <c>#N/A</c>.</summary>
    Error,
}

/// <summary>A cell as it stands in a file.</summary>
/// <param name="Text">A number in plain digits, a day as 2026-01-05, an error by its name.</param>
public readonly record struct Cell(CellKind Kind, string Text)
{
    public static readonly Cell Empty = new(CellKind.Text, "");

    public bool IsEmpty => Kind is CellKind.Text && string.IsNullOrWhiteSpace(Text);

    /// <summary>The letters of a column: A, B … XFD.</summary>
    /// <param name="column">From 0.</param>
    public static string ColumnName(int column)
    {
        var name = "";
        for (var left = column + 1; left > 0; left = (left - 1) / 26)
        {
            name = (char)('A' + (left - 1) % 26) + name;
        }

        return name;
    }
}
