using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Wuwei.Assessment.Scores;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>The sheets of an assessment as a file (工作表): what units say of themselves beside what the system knows.</summary>
public static class ExportSheets
{
    private static readonly string[] s_columns =
    [
        "单位代码", "单位", "考核项", "名称", "计量单位", "权重", "比较符", "至本期目标", "自评值", "自评依据", "系统值", "自评与系统之差", "核对结论", "核对意见", "核查值", "核查依据",
    ];

    public static void Map(IEndpointRouteBuilder evaluations) => evaluations
        .MapGet("/{id}/sheets", HandleAsync)
        .WithName(nameof(ExportSheets))
        .RequirePrerelease()
        .Produces<IReadOnlyList<Sheet>>(StatusCodes.Status200OK, MediaTypeNames.Application.Json, MediaTypeNames.Text.Csv, GetScores.Xlsx)
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status406NotAcceptable);

    /// <summary>Every sheet of an assessment as it stands, item by item, as JSON, CSV or XLSX: a county its own, the city all.</summary>
    internal static async Task<IResult> HandleAsync(string id, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        http.Response.Headers.Vary = HeaderNames.Accept;
        if (GetScores.Negotiate(http.Request.Headers.Accept!) is not { } format)
        {
            return GetScores.NotAcceptable.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        if (await EvaluationStore.FindAsync(work, id) is not { } evaluation)
        {
            return Evaluation.Unknown.ToProblem();
        }

        var sheets = await SheetStore.ListAsync(work, id);
        var body = format.Extension switch
        {
            "csv" => Sheets.Csv(Lines(sheets)),
            "xlsx" => Sheets.Xlsx(Lines(sheets), Steps(sheets), Sheets.Notes([$"{evaluation.Name}（{evaluation.Id}），{evaluation.Period}，{evaluation.Scheme} 第 {evaluation.SchemeVersion} 版"])),
            _ => JsonSerializer.SerializeToUtf8Bytes(sheets, Json.Options),
        };
        http.Response.Headers.CacheControl = "private, no-cache";
        if (http.IsNotModified(ETags.Of(body)))
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        if (format.Extension is not "json")
        {
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"{id}-sheets.{format.Extension}\"";
        }

        return TypedResults.Bytes(body, format.Extension is "csv" ? "text/csv; charset=utf-8" : format.MediaType);
    }

    private static SheetTable Lines(IReadOnlyList<Sheet> sheets) => new("工作表", s_columns, sheets.SelectMany(sheet => sheet.Lines.Select(line => (object?[])
    [
        sheet.Unit, sheet.Name, line.Item, line.Name, line.Unit, line.Weight, line.Comparator, line.Target, line.Reported, line.Evidence, line.Known,
        line.Reported - line.Known, Of(line.Finding), line.CheckNote, line.Found, line.FieldEvidence,
    ])));

    private static SheetTable Steps(IReadOnlyList<Sheet> sheets) => new("进度", ["单位代码", "单位", "自评人", "自评时间", "核对人", "核对时间", "核查人", "核查时间", "退回原因", "完成"],
        sheets.Select(sheet => (object?[])
        [
            sheet.Unit, sheet.Name, sheet.SelfAssessed?.By, At(sheet.SelfAssessed), sheet.DataChecked?.By, At(sheet.DataChecked), sheet.FieldChecked?.By,
            At(sheet.FieldChecked), sheet.Returned?.Reason, Sheets.YesNo(sheet.IsComplete),
        ]));

    private static string? Of(Finding? finding) => finding switch
    {
        Finding.Agreed => "一致",
        Finding.SystemStands => "以系统值为准",
        Finding.FieldCheck => "实地核查",
        _ => null,
    };

    private static string? At(Signed? signed) => signed?.At.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
