using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Exports;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.LabourTransfer.Departures;

public static class ExportDepartures
{
    public static void Map(IEndpointRouteBuilder departures) => departures
        .MapGet("/export.{format}", HandleAsync)
        .WithName(nameof(ExportDepartures))
        .ProducesFile()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The list as a file, the persons masked: csv (UTF-8 with a mark), xlsx or json. Too many records are 422 export.too_many_rows.</summary>
    internal static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> HandleAsync(
        [RegularExpression("csv|xlsx|json", ErrorMessage = "格式须为 csv、xlsx 或 json。")] string format, [AsParameters] DepartureFilter filter,
        Caller caller, DepartureRegister register, Export export, CancellationToken cancellation)
    {
        if (filter.From > filter.To)
        {
            return PageQuery.BadRange.ToProblem();
        }

        var args = ListDepartures.Arguments(filter, null, null, export.Fetch);
        return await export.AnswerAsync(
            caller.Scope, format, DepartureTable.Table.Title, s_columns, ListDepartures.Sql, args,
            work => register.StreamAsync(work, ListDepartures.Sql, args).Select(DepartureShown.Of), cancellation);
    }

    private static readonly ExportColumn<DepartureShown>[] s_columns =
    [
        new("记录编号", d => d.Id),
        new("版本", d => d.Revision),
        new("身份证号码", d => d.Person.NationalId),
        new("姓名", d => d.Person.Name),
        new("手机号码", d => d.Person.Phone),
        new("户籍地", d => Name("/region", d.Region)),
        new("户籍地代码", d => d.Region),
        new("外出日期", d => d.DepartedOn),
        new("返回日期", d => d.ReturnedOn),
        new("输转方式", d => Name("/arrangement", Codes.Of(d.Arrangement))),
        new("组织单位", d => d.Organiser),
        new("目的地", d => Name("/destination", d.Destination)),
        new("目的地代码", d => d.Destination),
        new("用工单位", d => d.Employer),
        new("行业门类", d => d.Industry is { } section ? Name("/industry", section) : null),
        new("月收入（元）", d => d.MonthlyIncome),
        new("演示数据", d => d.Synthetic),
        new("撤销原因", d => d.CancelledFor),
    ];

    private static string? Name(string member, string value) => DepartureTable.Table.NameOf(member, value);
}
