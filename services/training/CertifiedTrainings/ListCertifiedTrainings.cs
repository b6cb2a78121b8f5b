using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Outbox;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.Training.CertifiedTrainings;

/// <summary>Which trainings.</summary>
public sealed record CertifiedTrainingFilter
{
    /// <summary>A county or township.</summary>
    [FromQuery(Name = "region"), TextLength(9, ErrorMessage = "地区代码最多 9 位。")] public string? Region { get; init; }

    /// <summary>First day of certificate.</summary>
    [FromQuery(Name = "from")] public DateOnly? From { get; init; }

    /// <summary>Last day of certificate.</summary>
    [FromQuery(Name = "to")] public DateOnly? To { get; init; }

    /// <summary>Only those of one occupation, by code.</summary>
    [FromQuery(Name = "occupation"), RegularExpression("[0-9-]{1,10}", ErrorMessage = "职业编码应为 4-04-05-02 的形式。")] public string? Occupation { get; init; }
}

public static class ListCertifiedTrainings
{
    private sealed record Cursor(DateOnly CertifiedOn, Guid Id);

    public static void Map(IEndpointRouteBuilder trainings) => trainings
        .MapGet("/", HandleAsync)
        .WithName(nameof(ListCertifiedTrainings))
        .ProducesProblem(StatusCodes.Status400BadRequest);

    /// <summary>Trainings by day of certificate, cancelled ones too.</summary>
    internal static async Task<Results<Ok<Page<CertifiedTrainingShown>>, ProblemHttpResult>> HandleAsync(
        [AsParameters] PageQuery page, [AsParameters] CertifiedTrainingFilter filter, Caller caller, TrainingRegister register, HttpContext http,
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

        var rows = await register.ListAsync(caller.Scope, Sql, Arguments(filter, after?.CertifiedOn, after?.Id, page.Fetch), cancellation);
        return TypedResults.Ok(page.Page([.. rows.Select(CertifiedTrainingShown.Of)], shown => new Cursor(shown.CertifiedOn, shown.Id), http));
    }

    internal static object Arguments(CertifiedTrainingFilter filter, DateOnly? afterDay, Guid? afterId, int fetch) => new
    {
        region = RegionFilter.Of(filter.Region),
        filter.From,
        filter.To,
        filter.Occupation,
        afterDay = afterDay ?? DateOnly.MinValue,
        afterId = afterId ?? Guid.Empty,
        fetch,
    };

    internal const string Sql = $"""
        select {TrainingRegister.Columns}
        from certified_training
        where region like @region
          and (@From::date is null or certified_on >= @From)
          and (@To::date is null or certified_on <= @To)
          and (@Occupation::text is null or occupation = @Occupation)
          and (certified_on, certified_training_id) > (@afterDay, @afterId)
        order by certified_on, certified_training_id
        limit @fetch
        """;
}
