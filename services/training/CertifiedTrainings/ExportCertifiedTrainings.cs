using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Exports;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.Training.CertifiedTrainings;

public static class ExportCertifiedTrainings
{
    public static void Map(IEndpointRouteBuilder trainings) => trainings
        .MapGet("/export.{format}", HandleAsync)
        .WithName(nameof(ExportCertifiedTrainings))
        .ProducesFile()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The list as a file, the persons masked: csv (UTF-8 with a mark), xlsx or json. Too many records are 422 export.too_many_rows.</summary>
    internal static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> HandleAsync(
        [RegularExpression("csv|xlsx|json", ErrorMessage = "格式须为 csv、xlsx 或 json。")] string format, [AsParameters] CertifiedTrainingFilter filter,
        Caller caller, TrainingRegister register, Export export, CancellationToken cancellation)
    {
        if (filter.From > filter.To)
        {
            return PageQuery.BadRange.ToProblem();
        }

        var args = ListCertifiedTrainings.Arguments(filter, null, null, export.Fetch);
        return await export.AnswerAsync(
            caller.Scope, format, CertifiedTrainingTable.Table.Title, s_columns, ListCertifiedTrainings.Sql, args,
            work => register.StreamAsync(work, ListCertifiedTrainings.Sql, args).Select(CertifiedTrainingShown.Of), cancellation);
    }

    private static readonly ExportColumn<CertifiedTrainingShown>[] s_columns =
    [
        new("记录编号", t => t.Id),
        new("版本", t => t.Revision),
        new("身份证号码", t => t.Person.NationalId),
        new("姓名", t => t.Person.Name),
        new("手机号码", t => t.Person.Phone),
        new("县区乡镇", t => Name("/region", t.Region)),
        new("县区乡镇代码", t => t.Region),
        new("职业编码", t => t.Occupation),
        new("职业名称", t => t.OccupationName),
        new("技能等级", t => t.Level is { } level ? Name("/level", Codes.Of(level)) : null),
        new("证书类型", t => Name("/certificateKind", Codes.Of(t.CertificateKind))),
        new("证书编号", t => t.CertificateNumber),
        new("培训机构", t => t.Institution),
        new("开班日期", t => t.StartedOn),
        new("结业日期", t => t.FinishedOn),
        new("发证日期", t => t.CertifiedOn),
        new("课时", t => t.Hours),
        new("享受补贴", t => t.Subsidised),
        new("演示数据", t => t.Synthetic),
        new("撤销原因", t => t.CancelledFor),
    ];

    private static string? Name(string member, string value) => CertifiedTrainingTable.Table.NameOf(member, value);
}
