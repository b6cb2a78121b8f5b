using System.Text;
using Wuwei.Testing.Files;

namespace Wuwei.Tables.Tests;

internal static class Given
{
    /// <summary>One column of each type.</summary>
    public static readonly Table Table = new("数据",
    [
        new("号码", "/person/number", ColumnType.Identifier, "十八位", "620602198001010016"),
        new("姓名", "/person/name", ColumnType.Text, "与证件一致", "张三") { Required = false },
        new("日期", "/on", ColumnType.Date, "当天", "2026-01-05"),
        new("课时", "/hours", ColumnType.Integer, "大于 0", "80"),
        new("金额", "/amount", ColumnType.Decimal, "元", "1000.50") { Required = false },
        new("类别", "/kind", ColumnType.Code, "选一种", "甲类") { Required = false, Codes = [new("first", "甲类"), new("second", "乙类")] },
        new("补贴", "/subsidised", ColumnType.YesNo, "是或否", "是") { Required = false },
    ]);

    /// <summary>Three columns of it.</summary>
    public static readonly Table Three = new("数据", [Table.Columns[0], Table.Columns[2], Table.Columns[3]]);

    /// <summary>Their headers, as the first row of a sheet.</summary>
    public static readonly string Header = Xlsx.Row(1, Three.Columns.Select(column => column.Header));

    public static IReadOnlyList<TableRow> Read(byte[] file, Table? table = null, TableLimits? limits = null)
    {
        using var opened = TableFile.Open(file, table ?? Table, limits ?? new());
        return [.. opened.Rows()];
    }

    public static string Refusal(byte[] file, Table? table = null, TableLimits? limits = null) =>
        Assert.Throws<UnreadableTableException>(() => Read(file, table, limits)).Problem.Code;

    public static byte[] Csv(params string[] lines) => Encoding.UTF8.GetBytes(string.Join("\r\n", [HeaderLine, .. lines]));

    public static string HeaderLine => string.Join(',', Table.Columns.Select(column => column.Header));
}
