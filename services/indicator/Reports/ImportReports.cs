using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;
using Wuwei.Tables;
using Wuwei.Tables.Writing;

namespace Wuwei.Indicator.Reports;

/// <summary>Reports from a filled template. A row becomes the body of the batch and passes its rules; there are no others here.</summary>
public static class ImportReports
{
    private const int MaxBytes = 1024 * 1024, MaxRows = 2000;
    private const string DryRun = "dry-run", AllOrNothing = "all-or-nothing", AcceptValid = "accept-valid";

    private static readonly TableLimits s_limits = new() { Rows = MaxRows, PartBytes = 16 << 20, TotalBytes = 32 << 20, SharedCharacters = 4 << 20, SharedStrings = 100_000 };

    public static readonly Refusal TooLarge = new("import.too_large", "文件过大，请拆分后分次上传。", StatusCodes.Status413PayloadTooLarge);
    public static readonly Refusal NoErrors = new("import.no_errors", "没有需要修改的行。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder reports)
    {
        var imports = reports.MapGroup("/imports");
        imports.MapGet("/template.xlsx", HandleXlsxAsync).WithName("GetReportXlsxTemplate").Produces<Stream>(StatusCodes.Status200OK, XlsxRows.MediaType);
        imports.MapGet("/template.csv", HandleCsvAsync).WithName("GetReportCsvTemplate").Produces<Stream>(StatusCodes.Status200OK, "text/csv");
        Sending(imports.MapPost("", HandleAsync).WithName(nameof(ImportReports)));
        Sending(imports.MapPost("/errors.xlsx", HandleErrorsAsync).WithName("ReadReportImportErrors"))
            .Produces<Stream>(StatusCodes.Status200OK, XlsxRows.MediaType).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static RouteHandlerBuilder Sending(RouteHandlerBuilder endpoint) => endpoint
        .Accepts<Stream>("application/octet-stream", XlsxRows.MediaType, "text/csv")
        .WithMetadata(new RequestSizeLimitAttribute(MaxBytes + 4096L))
        .RequireScope("indicator.write")
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The workbook to fill in reports with: indicators and regions to choose from, and a sheet that explains each column.</summary>
    internal static async Task<PushStreamHttpResult> HandleXlsxAsync(IndicatorCatalogue catalogue, CancellationToken cancellation)
    {
        var table = ReportTable.Of(await catalogue.AllPrintedAsync(cancellation));
        return TypedResults.Stream(output => XlsxTemplate.WriteAsync(table, output, cancellation), XlsxRows.MediaType, "报表导入模板.xlsx");
    }

    /// <summary>The header as CSV (UTF-8 with a mark), to fill in.</summary>
    internal static async Task<FileContentHttpResult> HandleCsvAsync(IndicatorCatalogue catalogue, CancellationToken cancellation) =>
        TypedResults.File(CsvText.Template(ReportTable.Of(await catalogue.AllPrintedAsync(cancellation))), "text/csv; charset=utf-8", "报表导入模板.csv");

    /// <summary>Takes a filled template (XLSX or CSV, up to 2,000 rows) as the body. The same file twice changes nothing.</summary>
    /// <param name="mode">dry-run stores nothing; all-or-nothing stores every row or none; accept-valid stores the rows that are right.</param>
    internal static async Task<Results<Ok<ReportsImported>, ProblemHttpResult>> HandleAsync(
        [FromQuery, RegularExpression($"{DryRun}|{AllOrNothing}|{AcceptValid}", ErrorMessage = "mode 须为 dry-run、all-or-nothing 或 accept-valid。")] string mode,
        Caller caller, IndicatorCatalogue catalogue, Fold fold, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (!caller.IsOfBureau)
        {
            return WriteReport.OtherDepartment.ToProblem();
        }

        if ((await ReadAsync(http.Request, catalogue, cancellation)).IsRefused(out var refusal, out var file))
        {
            return refusal.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var rows = await ApplyAsync(work, file, caller, catalogue, fold, clock, cancellation);
        var refused = rows.Count(row => row.Code is not null);
        var isStored = mode == AcceptValid || (mode == AllOrNothing && refused == 0);
        if (isStored)
        {
            work.Audit(caller, new Act("report.imported", "reports/imports", null, new { mode, accepted = rows.Count - refused, refused }));
            await work.CommitAsync();
        }

        return TypedResults.Ok(new ReportsImported(mode, isStored, rows.Count - refused, refused, rows));
    }

    /// <summary>
    /// The rows of a filled template that would be refused, with what is wrong (行号, 字段, 错误, 建议) beside them: correct it and send
    /// it as it is. Nothing is stored.
    /// </summary>
    internal static async Task<Results<FileContentHttpResult, ProblemHttpResult>> HandleErrorsAsync(
        Caller caller, IndicatorCatalogue catalogue, Fold fold, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (!caller.IsOfBureau)
        {
            return WriteReport.OtherDepartment.ToProblem();
        }

        if ((await ReadAsync(http.Request, catalogue, cancellation)).IsRefused(out var refusal, out var file))
        {
            return refusal.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation); // never committed
        var wrong = (await ApplyAsync(work, file, caller, catalogue, fold, clock, cancellation)).Where(row => row.Code is not null).ToDictionary(row => row.Row);
        if (wrong.Count == 0)
        {
            return NoErrors.ToProblem();
        }

        using var output = new MemoryStream();
        await XlsxTemplate.WriteErrorsAsync(file.Table, Wrong().ToAsyncEnumerable(), output, cancellation);
        return TypedResults.File(output.ToArray(), XlsxRows.MediaType, "报表导入错误.xlsx");

        IEnumerable<TableRow> Wrong() => file.Rows.Where(row => wrong.ContainsKey(row.Number)).Select(row => row.Errors.Count > 0 ? row
            : row with { Errors = [new(row.Number, wrong[row.Number].Column, wrong[row.Number].Code!, wrong[row.Number].Title!, "请核对后修改。")] });
    }

    // In memory: a template of this many rows is some hundred kilobytes.
    private static async Task<Decision<ReportFile>> ReadAsync(HttpRequest request, IndicatorCatalogue catalogue, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (body.Length + read > MaxBytes)
            {
                return TooLarge;
            }

            body.Write(buffer, 0, read);
        }

        var table = ReportTable.Of(await catalogue.AllPrintedAsync(cancellation));
        try
        {
            using var opened = TableFile.Open(new(body.GetBuffer(), 0, (int)body.Length), table, s_limits);
            return new ReportFile(table, [.. opened.Rows()]);
        }
        catch (UnreadableTableException refused)
        {
            var (code, title, status) = refused.Problem;
            return new Refusal(code, title, status, Detail: refused.Where is { } where ? $"位置：{where}" : null);
        }
    }

    private static async Task<IReadOnlyList<ImportedRow>> ApplyAsync(
        UnitOfWork work, ReportFile file, Caller caller, IndicatorCatalogue catalogue, Fold fold, TimeProvider clock, CancellationToken cancellation)
    {
        var read = file.Rows.Select(row => (row.Number, Item: row.Errors.Count == 0 ? Item(file.Table, row) : null, Error: row.Errors is [var first, ..] ? first : null)).ToArray();
        var results = new Queue<BatchItemResult>(
            await WriteReports.WriteAsync(work, [.. read.Select(row => row.Item).OfType<ReportItem>()], locks: false, caller, catalogue, fold, clock, cancellation));
        var rows = new List<ImportedRow>(read.Length);
        foreach (var (number, item, error) in read)
        {
            if (item is null)
            {
                rows.Add(new(number, "refused", error?.Code ?? "request.malformed", error?.Message ?? "内容无法读取，或含有身份证号码。", error?.Header));
                continue;
            }

            var result = results.Dequeue();
            rows.Add(new(number, result.Status, result.Code, result.Title, file.Table.HeaderOf(result.Pointer)));
        }

        return rows;
    }

    // Strict JSON has its say too: control characters, identity numbers where they do not belong.
    private static ReportItem? Item(Table table, TableRow row)
    {
        try
        {
            return JsonSerializer.Deserialize<ReportItem>(table.ToJson(row.Texts).Span, Json.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record ReportFile(Table Table, IReadOnlyList<TableRow> Rows);
}

/// <summary>The columns of reports.</summary>
internal static class ReportTable
{
    public static Table Of(IEnumerable<PlanIndicator> indicators) => new("报表",
    [
        new("指标", "/indicator", ColumnType.Code, "从列表中选择", "城镇新增就业人数") { Codes = [.. indicators.Select(indicator => new CodeName(indicator.Code, indicator.NameZh))] },
        new("地区", "/region", ColumnType.Code, "从列表中选择；只有全市数的指标选武威市", "凉州区") { Codes = [.. RegionCode.Counties.Prepend(RegionCode.Wuwei[RegionCode.City]).Select(region => new CodeName(region.Code, region.Name))] },
        new("期间", "/period", ColumnType.Text, "按月指标填月份，按年指标填年份", "2025-06"),
        new("数值", "/value", ColumnType.Decimal, "当期数；时点指标填期末数；比率不填", "1280") { Required = false },
        new("分子", "/numerator", ColumnType.Decimal, "比率的分子，如结案数", "118") { Required = false },
        new("分母", "/denominator", ColumnType.Decimal, "比率的分母，如应结案数", "120") { Required = false },
        new("备注", "/note", ColumnType.Text, "最多 500 字", "含补报") { Required = false },
        new("版本", "/revision", ColumnType.Integer, "更正已有报表时填写其版本号，新报表不填", "1") { Required = false },
    ])
    {
        Beside = ["单位", "截止日", "上期", "上期数", "上年同期", "较上期", "本年累计", "提示", "规划读法"],
    };
}

/// <summary>What became of a file.</summary>
/// <param name="Stored">Whether anything of it is stored.</param>
/// <param name="Accepted">Rows that are stored, or would be.</param>
public sealed record ReportsImported(string Mode, bool Stored, int Accepted, int Refused, IReadOnlyList<ImportedRow> Rows);

/// <summary>What became of a row.</summary>
/// <param name="Row">As the spreadsheet numbers it; the header is 1.</param>
/// <param name="Status"><c>created</c>, <c>unchanged</c>, <c>corrected</c> or <c>refused</c>.</param>
/// <param name="Code">Why it was refused.</param>
/// <param name="Column">The column at fault; null: the row as a whole.</param>
public sealed record ImportedRow(int Row, string Status, string? Code, string? Title, string? Column);
