using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Wuwei.ServiceDefaults;
using Wuwei.Tables.Writing;

namespace Wuwei.Outbox.Exports;

/// <summary>Section <c>Exports</c>.</summary>
public sealed class ExportOptions
{
    /// <summary>Most records of one file.</summary>
    [Range(1, 1_000_000)] public int Rows { get; set; } = 100_000;
}

/// <summary>One column of an export.</summary>
/// <param name="Value">Of a record as answers show it; a decimal or int is a number in a workbook.</param>
public sealed record ExportColumn<TShown>(string Header, Func<TShown, object?> Value);

/// <summary>
/// Writes lists as files while they are read: one query, a few rows in memory. Persons are masked as in every answer, and
/// nothing in a file is calculated.
/// </summary>
/// <remarks>
/// <para>
/// The query is that of the list with its filters and order, under the caller's scope, and the columns are made of what answers
/// show: a column that is masked there is masked here. CSV is UTF-8 with a mark in front, so that Excel and WPS read the Chinese;
/// XLSX has numbers as numbers; JSON is the array of records as answers have them. The file's name is Chinese and comes by RFC 6266
/// (<c>filename*</c>).
/// </para>
/// <para>
/// A text that a spreadsheet would take for a formula (= + - @, their full-width forms, a tab or line break in front) gets an
/// apostrophe in CSV; in XLSX it is a cell of text. What is a number stays one.
/// </para>
/// <para>
/// Records are counted before the first byte: more than section <c>Exports</c> says (100,000) are 422
/// <c>export.too_many_rows</c>, with the advice to ask for less. Then a few are in memory at a time, and a reader that is slow slows
/// the query down. A failure in the middle breaks the answer off, so that half a file does not pass for a whole one.
/// </para>
/// </remarks>
/// <example><code>
/// return await export.AnswerAsync(caller.Scope, format, "外出务工", s_columns, Sql, args, work => work.StreamAsync&lt;Row&gt;(Sql, args), cancellation);
/// </code></example>
/// <param name="options">How many records a file may have.</param>
public sealed class Export(Database db, IOptions<ExportOptions> options)
{
    public static readonly Refusal UnknownFormat = new("export.unknown_format", "格式须为 csv、xlsx 或 json。", StatusCodes.Status400BadRequest);

    /// <summary>One more than may be written: whether there are too many.</summary>
    public int Fetch => options.Value.Rows + 1;

    /// <summary>A file with the records that a query selects; or that they are too many.</summary>
    /// <param name="scope">Whose records.</param>
    /// <param name="format"><c>csv</c>, <c>xlsx</c> or <c>json</c>.</param>
    /// <param name="title">Name of the file, in Chinese.</param>
    /// <param name="sql">The list's own, limited to <see cref="Fetch"/>.</param>
    /// <param name="read">Runs it.</param>
    public async Task<Results<PushStreamHttpResult, ProblemHttpResult>> AnswerAsync<TShown>(
        Scope scope, string format, string title, IReadOnlyList<ExportColumn<TShown>> columns, string sql, object args,
        Func<UnitOfWork, IAsyncEnumerable<TShown>> read, CancellationToken cancellation)
    {
        if (format is not ("csv" or "xlsx" or "json"))
        {
            return UnknownFormat.ToProblem();
        }

        var most = options.Value.Rows;
        await using (var count = await db.BeginAsync(scope, cancellation))
        {
            if (await count.FindAsync<int>($"select count(*)::int from ({sql}) listed", args) > most)
            {
                return new Refusal(
                    "export.too_many_rows", $"符合条件的记录超过 {most} 条，请缩小地区或日期范围后分次导出。", StatusCodes.Status422UnprocessableEntity).ToProblem();
            }
        }

        return TypedResults.Stream(
            async output =>
            {
                await using var work = await db.BeginAsync(scope, cancellation);
                await (format switch
                {
                    "csv" => WriteCsvAsync(columns, read(work), output, cancellation),
                    "xlsx" => WriteXlsxAsync(title, columns, read(work), output, cancellation),
                    _ => JsonSerializer.SerializeAsync(output, read(work), Json.Options, cancellation),
                });
            },
            format switch { "csv" => "text/csv; charset=utf-8", "xlsx" => XlsxRows.MediaType, _ => "application/json" },
            $"{title}.{format}");
    }

    private static async Task WriteCsvAsync<TShown>(
        IReadOnlyList<ExportColumn<TShown>> columns, IAsyncEnumerable<TShown> records, Stream output, CancellationToken cancellation)
    {
        var lines = new StringBuilder("\ufeff");
        CsvText.Append(lines, columns.Select(column => column.Header));
        await foreach (var record in records.WithCancellation(cancellation))
        {
            CsvText.Append(lines, columns.Select(column => Text(column.Value(record))));
            if (lines.Length > 32 * 1024)
            {
                await FlushAsync(lines, output, cancellation);
            }
        }

        await FlushAsync(lines, output, cancellation);
    }

    private static async Task FlushAsync(StringBuilder lines, Stream output, CancellationToken cancellation)
    {
        await output.WriteAsync(Encoding.UTF8.GetBytes(lines.ToString()), cancellation);
        lines.Clear();
    }

    private static async Task WriteXlsxAsync<TShown>(
        string title, IReadOnlyList<ExportColumn<TShown>> columns, IAsyncEnumerable<TShown> records, Stream output, CancellationToken cancellation)
    {
        await using var rows = await XlsxRows.StartAsync(output, title, [.. columns.Select(column => column.Header)], cancellation);
        var values = new object?[columns.Count];
        await foreach (var record in records.WithCancellation(cancellation))
        {
            for (var i = 0; i < values.Length; i++)
            {
                var value = columns[i].Value(record);
                values[i] = value is int or decimal ? value : Text(value);
            }

            await rows.AddAsync(values, cancellation);
        }

        await rows.FinishAsync(cancellation);
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        bool yes => yes ? "是" : "否",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture),
    };
}

public static class ExportHost
{
    extension(IHostApplicationBuilder builder)
    {
        /// <summary>Adds <see cref="Export"/>.</summary>
        public IHostApplicationBuilder AddExports()
        {
            builder.Services.AddOptions<ExportOptions>().BindConfiguration("Exports").ValidateDataAnnotations().ValidateOnStart();
            builder.Services.TryAddSingleton<Export>();
            return builder;
        }
    }

    extension(RouteHandlerBuilder endpoint)
    {
        /// <summary>Says that the answer is a file, in one of three ways.</summary>
        public RouteHandlerBuilder ProducesFile() => endpoint
            .Produces<Stream>(StatusCodes.Status200OK, "text/csv", XlsxRows.MediaType, "application/json");
    }
}
