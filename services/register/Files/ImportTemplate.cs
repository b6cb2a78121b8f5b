using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Tables;
using Wuwei.Tables.Writing;

namespace Wuwei.Register.Files;

public static class ImportTemplate
{
    public static void Map(IEndpointRouteBuilder records)
    {
        records.MapGet("/imports/template.xlsx", HandleXlsx).WithName("GetXlsxTemplate").Produces<Stream>(StatusCodes.Status200OK, XlsxRows.MediaType);
        records.MapGet("/imports/template.csv", HandleCsv).WithName("GetCsvTemplate").Produces<Stream>(StatusCodes.Status200OK, "text/csv");
    }

    /// <summary>The workbook to fill in: drop-downs where there is a list, numbers of documents as text, and a sheet that explains each column.</summary>
    internal static PushStreamHttpResult HandleXlsx(Table table, CancellationToken cancellation) =>
        TypedResults.Stream(output => XlsxTemplate.WriteAsync(table, output, cancellation), XlsxRows.MediaType, $"{table.Title}导入模板.xlsx");

    /// <summary>The header as CSV (UTF-8 with a mark), to fill in.</summary>
    internal static FileContentHttpResult HandleCsv(Table table) =>
        TypedResults.File(CsvText.Template(table), "text/csv; charset=utf-8", $"{table.Title}导入模板.csv");
}
