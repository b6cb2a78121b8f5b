using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Outbox;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.EntrepreneurshipLoan.Loans;

/// <summary>Which loans.</summary>
public sealed record LoanFilter
{
    /// <summary>A county or township.</summary>
    [FromQuery(Name = "region"), TextLength(9, ErrorMessage = "地区代码最多 9 位。")] public string? Region { get; init; }

    /// <summary>First day of payment.</summary>
    [FromQuery(Name = "from")] public DateOnly? From { get; init; }

    /// <summary>Last day of payment.</summary>
    [FromQuery(Name = "to")] public DateOnly? To { get; init; }

    /// <summary>Only those that are open (true) or paid back (false).</summary>
    [FromQuery(Name = "open")] public bool? Open { get; init; }
}

public static class ListLoans
{
    private sealed record Cursor(DateOnly DisbursedOn, Guid Id);

    public static void Map(IEndpointRouteBuilder loans) => loans
        .MapGet("/", HandleAsync)
        .WithName(nameof(ListLoans))
        .ProducesProblem(StatusCodes.Status400BadRequest);

    /// <summary>Loans by day of payment, cancelled ones too.</summary>
    internal static async Task<Results<Ok<Page<LoanShown>>, ProblemHttpResult>> HandleAsync(
        [AsParameters] PageQuery page, [AsParameters] LoanFilter filter, Caller caller, LoanRegister register, HttpContext http,
        CancellationToken cancellation)
    {
        if (!page.TryKey<Cursor>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        if (filter.From > filter.To)
        {
            return PageQuery.BadRange.ToProblem();
        }

        var rows = await register.ListAsync(caller.Scope, Sql, Arguments(filter, after?.DisbursedOn, after?.Id, page.Fetch), cancellation);
        return TypedResults.Ok(page.Page([.. rows.Select(LoanShown.Of)], shown => new Cursor(shown.DisbursedOn, shown.Id), http));
    }

    internal static object Arguments(LoanFilter filter, DateOnly? afterDay, Guid? afterId, int fetch) => new
    {
        region = RegionFilter.Of(filter.Region),
        filter.From,
        filter.To,
        filter.Open,
        afterDay = afterDay ?? DateOnly.MinValue,
        afterId = afterId ?? Guid.Empty,
        fetch,
    };

    internal const string Sql = $"""
        select {LoanRegister.Columns}
        from loan
        where region like @region
          and (@From::date is null or disbursed_on >= @From)
          and (@To::date is null or disbursed_on <= @To)
          and (@Open::boolean is null or (settled_on is null) = @Open)
          and (disbursed_on, loan_id) > (@afterDay, @afterId)
        order by disbursed_on, loan_id
        limit @fetch
        """;
}
