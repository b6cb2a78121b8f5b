using Wuwei.Tables.Reading;
using Wuwei.Tables.Writing;

namespace Wuwei.Tables;

/// <summary>
/// A filled template, opened. Looks at the archive, the version and the header at once; rows are read one after the other,
/// each judged by its columns. A file that is too much, of another kind or not like the template is refused as a whole.
/// </summary>
public sealed class TableFile : IDisposable
{
    private readonly Table _table;
    private readonly IDisposable _file;
    private readonly IEnumerator<(int Number, List<Cell> Cells)> _rows;
    private readonly int[] _columns;
    private bool[] _headed = [];

    private TableFile(Table table, string format, string? encoding, IDisposable file, IEnumerable<(int Number, List<Cell> Cells)> rows)
    {
        (_table, Format, Encoding, _file, _rows) = (table, format, encoding, file, rows.GetEnumerator());
        try
        {
            _columns = ReadHeader();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary><c>xlsx</c> or <c>csv</c>.</summary>
    public string Format { get; }

    /// <summary>Of a CSV file, as it was found.</summary>
    public string? Encoding { get; }

    /// <summary>Opens a file. What kind it is, its first bytes say.</summary>
    /// <exception cref="UnreadableTableException">It is refused as a whole.</exception>
    public static TableFile Open(ArraySegment<byte> file, Table table, TableLimits limits)
    {
        switch (file.AsSpan())
        {
            case []:
                throw new UnreadableTableException(TableProblem.Empty);
            case [0x50, 0x4b, 0x03 or 0x05, 0x04 or 0x06, ..]:
                var workbook = new Workbook(new MemoryStream(file.Array!, file.Offset, file.Count, writable: false), limits);
                try
                {
                    CheckVersion(workbook, table);
                    return new(table, "xlsx", null, workbook, workbook.Rows(SheetOf(workbook, table)));
                }
                catch
                {
                    workbook.Dispose();
                    throw;
                }

            // Excel wraps a workbook with a password into a file of the old kind.
            case [0xd0, 0xcf, 0x11, 0xe0, ..]:
                var isEncrypted = file.AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes("EncryptedPackage")) >= 0;
                throw new UnreadableTableException(isEncrypted ? TableProblem.Encrypted : TableProblem.OldExcel);
            default:
                var text = new TextFile(file, limits);
                try
                {
                    return new(table, "csv", text.EncodingName, text, text.Rows());
                }
                catch
                {
                    text.Dispose();
                    throw;
                }
        }
    }

    /// <summary>The rows after the header, empty ones left out. Read once.</summary>
    /// <exception cref="UnreadableTableException">Further down there is too much of something, or no row at all.</exception>
    public IEnumerable<TableRow> Rows()
    {
        var any = false;
        while (_rows.MoveNext())
        {
            any = true;
            yield return Read(_rows.Current.Number, _rows.Current.Cells);
        }

        if (!any)
        {
            throw new UnreadableTableException(TableProblem.NoRows);
        }
    }

    public void Dispose()
    {
        _rows.Dispose();
        _file.Dispose();
    }

    private TableRow Read(int number, List<Cell> cells)
    {
        var texts = new string[_table.Columns.Count];
        List<RowError>? errors = null;
        for (var i = 0; i < texts.Length; i++)
        {
            var column = _table.Columns[i];
            if (column.Read(_columns[i] < cells.Count ? cells[_columns[i]] : Cell.Empty, out texts[i]) is { } problem)
            {
                (errors ??= []).Add(new(number, column.Header, problem.Code, problem.Message, problem.Advice));
            }
        }

        if (cells.Index().Any(cell => !cell.Item.IsEmpty && (cell.Index >= _headed.Length || !_headed[cell.Index])))
        {
            var problem = CellProblem.Beyond;
            (errors ??= []).Add(new(number, null, problem.Code, problem.Message, problem.Advice));
        }

        return new(number, texts, errors ?? []);
    }

    // Where each column of the table stands in the file.
    private int[] ReadHeader()
    {
        if (!_rows.MoveNext())
        {
            throw new UnreadableTableException(TableProblem.Empty);
        }

        var (row, cells) = _rows.Current;
        _headed = [.. cells.Select(cell => !cell.IsEmpty)];
        var places = Enumerable.Repeat(-1, _table.Columns.Count).ToArray();
        for (var i = 0; i < cells.Count; i++)
        {
            var header = cells[i].Text.Trim();
            var where = $"{Cell.ColumnName(i)}{row}";
            var column = _table.Columns.ToList().FindIndex(column => column.Header == header);
            if (column < 0 && header.Length > 0 && !Table.ErrorHeaders.Contains(header) && !_table.Beside.Contains(header))
            {
                throw new UnreadableTableException(TableProblem.HeaderUnknown, where);
            }

            if (column >= 0)
            {
                places[column] = places[column] < 0 ? i : throw new UnreadableTableException(TableProblem.HeaderTwice, where);
            }
        }

        return Array.IndexOf(places, -1) is >= 0 and var missing
            ? throw new UnreadableTableException(TableProblem.HeaderMissing, _table.Columns[missing].Header)
            : places;
    }

    private static Sheet SheetOf(Workbook workbook, Table table)
    {
        var sheet = workbook.Sheets.FirstOrDefault(sheet => sheet.Name == table.Title)
            ?? workbook.Sheets.FirstOrDefault(sheet => !sheet.IsHidden && sheet.Name != XlsxTemplate.HelpSheet)
            ?? throw new UnreadableTableException(TableProblem.NoSheet);
        return sheet.IsHidden ? throw new UnreadableTableException(TableProblem.HiddenSheet) : sheet;
    }

    // A workbook made by hand has no help sheet: its header decides.
    private static void CheckVersion(Workbook workbook, Table table)
    {
        if (workbook.Sheets.FirstOrDefault(sheet => sheet.Name == XlsxTemplate.HelpSheet) is not { } help)
        {
            return;
        }

        var version = workbook.Rows(help).Take(5).Select(row => row.Cells).Where(cells => cells.Count > 1 && cells[0].Text == XlsxTemplate.VersionLabel)
            .Select(cells => cells[1].Text).FirstOrDefault();
        if (version is not null && version != table.Version)
        {
            throw new UnreadableTableException(TableProblem.Version);
        }
    }
}
