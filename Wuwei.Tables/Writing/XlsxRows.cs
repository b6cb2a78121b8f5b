using System.Globalization;
using SpreadCheetah;
using SpreadCheetah.Styling;
using SpreadCheetah.Worksheets;

namespace Wuwei.Tables.Writing;

/// <summary>Writes a workbook of one sheet row by row; nothing of it is kept in memory.</summary>
public sealed class XlsxRows : IAsyncDisposable
{
    public const string MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private const int MaxText = 32_767;
    private const string Cut = "……（内容过长，未完）";

    private readonly LateWrites _output;
    private readonly Spreadsheet _workbook;
    private readonly DataCell[] _cells;

    private XlsxRows(LateWrites output, Spreadsheet workbook, int columns) => (_output, _workbook, _cells) = (output, workbook, new DataCell[columns]);

    /// <summary>Begins with the header.</summary>
    public static async Task<XlsxRows> StartAsync(Stream output, string title, IReadOnlyList<string> headers, CancellationToken cancellation)
    {
        var late = new LateWrites(output);
        var workbook = await Spreadsheet.CreateNewAsync(late, cancellationToken: cancellation);
        var bold = new Style();
        bold.Font.Bold = true;
        var style = workbook.AddStyle(bold);
        await workbook.StartWorksheetAsync(title, new WorksheetOptions { FrozenRows = 1, DefaultColumnWidth = 16 }, cancellation);
        await workbook.AddRowAsync([.. headers.Select(header => new StyledCell(header, style))], cancellation);
        return new(late, workbook, headers.Count);
    }

    /// <summary>Adds a row: numbers as numbers, everything else as text that is not calculated.</summary>
    public ValueTask AddAsync(IReadOnlyList<object?> values, CancellationToken cancellation)
    {
        for (var i = 0; i < _cells.Length; i++)
        {
            _cells[i] = values[i] switch
            {
                null => default,
                int number => new(number),
                decimal number => new(number),
                var value => new(Fit(CsvText.Neutral(Convert.ToString(value, CultureInfo.InvariantCulture)!))),
            };
        }

        return _workbook.AddRowAsync(_cells, cancellation);
    }

    // A workbook with a longer text is a broken one to Excel.
    private static string Fit(string text)
    {
        if (text.Length <= MaxText)
        {
            return text;
        }

        var length = MaxText - Cut.Length;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), Cut);
    }

    public ValueTask FinishAsync(CancellationToken cancellation) => _workbook.FinishAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _workbook.DisposeAsync();
        await _output.DisposeAsync();
    }
}
