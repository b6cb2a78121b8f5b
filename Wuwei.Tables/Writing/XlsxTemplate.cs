using System.Globalization;
using SpreadCheetah;
using SpreadCheetah.Styling;
using SpreadCheetah.Validations;
using SpreadCheetah.Worksheets;

namespace Wuwei.Tables.Writing;

/// <summary>Writes workbooks to fill in: the empty one, and the one of rows that were refused.</summary>
public static class XlsxTemplate
{
    internal const string HelpSheet = "填写说明", VersionLabel = "模板版本";

    // Drop-downs and formats reach this far; further down one may write all the same.
    private const int Prepared = 10_000;

    /// <summary>Writes an empty template.</summary>
    public static async Task WriteAsync(Table table, Stream output, CancellationToken cancellation)
    {
        await using var late = new LateWrites(output);
        await using var workbook = await StartAsync(table, late, [], cancellation);
        await FinishAsync(table, workbook, cancellation);
    }

    /// <summary>Writes a template that is filled in so far, with the columns beside it.</summary>
    /// <param name="rows">Texts of the table's columns, and of those beside.</param>
    public static async Task WriteFilledAsync(Table table, IEnumerable<IReadOnlyList<string?>> rows, Stream output, CancellationToken cancellation)
    {
        await using var late = new LateWrites(output);
        await using var workbook = await StartAsync(table, late, table.Beside, cancellation);
        foreach (var row in rows)
        {
            await workbook.AddRowAsync(row.Select((text, i) => i < table.Columns.Count ? ToFill(table.Columns[i], text ?? "") : ToShow(text)).ToArray(), cancellation);
        }

        await FinishAsync(table, workbook, cancellation);
    }

    /// <summary>Writes rows with what is wrong with them. Corrected, the workbook can be sent again as it is.</summary>
    public static async Task WriteErrorsAsync(Table table, IAsyncEnumerable<TableRow> rows, Stream output, CancellationToken cancellation)
    {
        await using var late = new LateWrites(output);
        await using var workbook = await StartAsync(table, late, Table.ErrorHeaders, cancellation);
        var cells = new DataCell[table.Columns.Count + Table.ErrorHeaders.Count];
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            for (var i = 0; i < table.Columns.Count; i++)
            {
                cells[i] = ToFill(table.Columns[i], row.Texts[i]);
            }

            string?[] errors =
            [
                row.Number.ToString(CultureInfo.InvariantCulture),
                string.Join("；", row.Errors.Select(error => error.Header ?? "整行").Distinct()),
                string.Join("；", row.Errors.Select(error => error.Message)),
                string.Join("；", row.Errors.Select(error => error.Advice).Where(advice => advice.Length > 0).Distinct()),
            ];
            for (var i = 0; i < errors.Length; i++)
            {
                cells[table.Columns.Count + i] = new(errors[i]);
            }

            await workbook.AddRowAsync(cells, cancellation);
        }

        await FinishAsync(table, workbook, cancellation);
    }

    // As it was read: numbers as numbers, everything else as text, so that Excel changes nothing of it.
    private static DataCell ToFill(Column column, string text) =>
        column.Type is ColumnType.Integer or ColumnType.Decimal && decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number)
            ? new(number)
            : new(text.Length == 0 ? null : text);

    private static DataCell ToShow(string? text) => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? new(number) : new(text);

    private static async Task<Spreadsheet> StartAsync(Table table, Stream output, IReadOnlyList<string> more, CancellationToken cancellation)
    {
        var workbook = await Spreadsheet.CreateNewAsync(output, cancellationToken: cancellation);
        var text = new Style { Format = NumberFormat.Standard(StandardNumberFormat.Text) };
        var (needed, free) = (Header(workbook, System.Drawing.Color.FromArgb(0xfc, 0xe4, 0xd6)), Header(workbook, System.Drawing.Color.FromArgb(0xdd, 0xeb, 0xf7)));
        var options = new WorksheetOptions { FrozenRows = 1 };
        for (var i = 0; i < table.Columns.Count; i++)
        {
            var column = table.Columns[i];
            options.Column(i + 1).Width = Math.Clamp(column.Example.Length + 6, column.Header.Length * 2 + 4, 40);
            options.Column(i + 1).DefaultStyle = column.Type is ColumnType.Integer or ColumnType.Decimal ? null : text;
        }

        foreach (var (i, _) in more.Index())
        {
            options.Column(table.Columns.Count + i + 1).Width = i == 0 ? 8 : 30;
        }

        await workbook.StartWorksheetAsync(table.Title, options, cancellation);
        foreach (var (i, column) in table.Columns.Index().Where(pair => pair.Item.Choices.Count > 0))
        {
            // On the help sheet the lists stand beside one another, in the columns after the text.
            var list = Cell.ColumnName(FirstList + ListsBefore(table, i));
            var choice = DataValidation.ListValuesFromCells(HelpSheet, $"${list}$2:${list}${column.Choices.Count + 1}");
            (choice.ErrorTitle, choice.ErrorMessage) = (column.Header, CellProblem.NotInList.Advice);
            workbook.AddDataValidation($"{Cell.ColumnName(i)}2:{Cell.ColumnName(i)}{Prepared}", choice);
        }

        await workbook.AddRowAsync(
            [.. table.Columns.Select(column => new StyledCell(column.Header, column.Required ? needed : free)), .. more.Select(header => new StyledCell(header, free))],
            cancellation);
        return workbook;
    }

    private const int FirstList = 6;

    private static int ListsBefore(Table table, int column) => table.Columns.Take(column).Count(before => before.Choices.Count > 0);

    private static StyleId Header(Spreadsheet workbook, System.Drawing.Color color)
    {
        var style = new Style();
        (style.Font.Bold, style.Fill.Color) = (true, color);
        return workbook.AddStyle(style);
    }

    private static async Task FinishAsync(Table table, Spreadsheet workbook, CancellationToken cancellation)
    {
        var options = new WorksheetOptions();
        options.Column(1).Width = 18;
        options.Column(3).Width = 70;
        options.Column(4).Width = 24;
        await workbook.StartWorksheetAsync(HelpSheet, options, cancellation);
        var lists = table.Columns.Where(column => column.Choices.Count > 0).ToArray();
        string?[][] text =
        [
            [VersionLabel, table.Version],
            ["说明", null, $"在“{table.Title}”表中每行填写一条，表头不要改动；粉色表头为必填列。日期写作 2026-01-05；身份证号码等号码列已设为文本格式。"],
            ["列", "必填", "要求", "示例"],
            .. table.Columns.Select(column => new[] { column.Header, column.Required ? "是" : "", column.Rule, column.Example }),
        ];
        var rows = Math.Max(text.Length, lists.Select(list => list.Choices.Count + 1).DefaultIfEmpty().Max());
        for (var row = 0; row < rows; row++)
        {
            var cells = new DataCell[FirstList + lists.Length];
            for (var i = 0; row < text.Length && i < text[row].Length; i++)
            {
                cells[i] = new(text[row][i]);
            }

            for (var i = 0; i < lists.Length; i++)
            {
                cells[FirstList + i] = new(row == 0 ? lists[i].Header : row <= lists[i].Choices.Count ? lists[i].Choices[row - 1].Name : null);
            }

            await workbook.AddRowAsync(cells, cancellation);
        }

        await workbook.FinishAsync(cancellation);
    }
}
