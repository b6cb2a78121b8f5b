using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Outbox;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.LabourTransfer.Departures;

/// <summary>Which departures.</summary>
public sealed record DepartureFilter
{
    /// <summary>Home: a county or township.</summary>
    [FromQuery(Name = "region"), TextLength(9, ErrorMessage = "地区代码最多 9 位。")] public string? Region { get; init; }

    /// <summary>First day of departure.</summary>
    [FromQuery(Name = "from")] public DateOnly? From { get; init; }

    /// <summary>Last day of departure.</summary>
    [FromQuery(Name = "to")] public DateOnly? To { get; init; }

    /// <summary>Only those who are away (true) or back (false).</summary>
    [FromQuery(Name = "away")] public bool? Away { get; init; }
}

public static class ListDepartures
{
    private sealed record Cursor(DateOnly DepartedOn, Guid Id);

    public static void Map(IEndpointRouteBuilder departures) => departures
        .MapGet("/", HandleAsync)
        .WithName(nameof(ListDepartures))
        .ProducesProblem(StatusCodes.Status400BadRequest);

    /// <summary>Departures by day, cancelled ones too.</summary>
    internal static async Task<Results<Ok<Page<DepartureShown>>, ProblemHttpResult>> HandleAsync(
        [AsParameters] PageQuery page, [AsParameters] DepartureFilter filter, Caller caller, DepartureRegister register, HttpContext http,
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

        var rows = await register.ListAsync(caller.Scope, Sql, Arguments(filter, after?.DepartedOn, after?.Id, page.Fetch), cancellation);
        return TypedResults.Ok(page.Page([.. rows.Select(DepartureShown.Of)], shown => new Cursor(shown.DepartedOn, shown.Id), http));
    }

    internal static object Arguments(DepartureFilter filter, DateOnly? afterDay, Guid? afterId, int fetch) => new
    {
        region = RegionFilter.Of(filter.Region),
        filter.From,
        filter.To,
        filter.Away,
        afterDay = afterDay ?? DateOnly.MinValue,
        afterId = afterId ?? Guid.Empty,
        fetch,
    };

    internal const string Sql = $"""
        select {DepartureRegister.Columns}
        from departure
        where region like @region
          and (@From::date is null or departed_on >= @From)
          and (@To::date is null or departed_on <= @To)
          and (@Away::boolean is null or (returned_on is null) = @Away)
          and (departed_on, departure_id) > (@afterDay, @afterId)
        order by departed_on, departure_id
        limit @fetch
        """;
}
