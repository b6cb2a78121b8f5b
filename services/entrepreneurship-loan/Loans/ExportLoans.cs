using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Exports;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.EntrepreneurshipLoan.Loans;

public static class ExportLoans
{
    public static void Map(IEndpointRouteBuilder loans) => loans
        .MapGet("/export.{format}", HandleAsync)
        .WithName(nameof(ExportLoans))
        .ProducesFile()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The list as a file, the persons masked: csv (UTF-8 with a mark), xlsx or json. Too many records are 422 export.too_many_rows.</summary>
    internal static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> HandleAsync(
        [RegularExpression("csv|xlsx|json", ErrorMessage = "格式须为 csv、xlsx 或 json。")] string format, [AsParameters] LoanFilter filter,
        Caller caller, LoanRegister register, Export export, CancellationToken cancellation)
    {
        if (filter.From > filter.To)
        {
            return PageQuery.BadRange.ToProblem();
        }

        var args = ListLoans.Arguments(filter, null, null, export.Fetch);
        return await export.AnswerAsync(
            caller.Scope, format, LoanTable.Table.Title, s_columns, ListLoans.Sql, args,
            work => register.StreamAsync(work, ListLoans.Sql, args).Select(LoanShown.Of), cancellation);
    }

    private static readonly ExportColumn<LoanShown>[] s_columns =
    [
        new("记录编号", l => l.Id),
        new("版本", l => l.Revision),
        new("身份证号码", l => l.Person.NationalId),
        new("姓名", l => l.Person.Name),
        new("手机号码", l => l.Person.Phone),
        new("县区乡镇", l => Name("/region", l.Region)),
        new("县区乡镇代码", l => l.Region),
        new("借款人类型", l => Name("/borrowerKind", Codes.Of(l.BorrowerKind))),
        new("人员类别", l => l.BorrowerClass is { } known ? Name("/borrowerClass", Codes.Of(known)) : null),
        new("合伙人数", l => l.Partners),
        new("经营主体名称", l => l.BusinessName),
        new("统一社会信用代码", l => l.CreditCode),
        new("经办银行", l => l.Bank),
        new("合同编号", l => l.ContractNumber),
        new("贷款金额（元）", l => l.Amount),
        new("年利率（%）", l => l.AnnualRate),
        new("签约日期", l => l.ContractedOn),
        new("放款日期", l => l.DisbursedOn),
        new("期限（月）", l => l.TermMonths),
        new("结清日期", l => l.SettledOn),
        new("带动就业人数", l => l.JobsCreated),
        new("演示数据", l => l.Synthetic),
        new("撤销原因", l => l.CancelledFor),
    ];

    private static string? Name(string member, string value) => LoanTable.Table.NameOf(member, value);
}
