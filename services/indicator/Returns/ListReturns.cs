using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Enterprises;
using Wuwei.Outbox;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Returns;

/// <summary>Whether a return is there: in time, late; awaited, overdue.</summary>
public enum ReturnStanding { InTime, Late, Awaited, Overdue }

public static class ListReturns
{
    public static readonly Refusal StandingUnknown = Refusal.Invalid("return.unknown_standing", "standing 须为 in-time、late、awaited 或 overdue。", "/standing");

    public static void Map(IEndpointRouteBuilder watch) => watch
        .MapGet("/{period}/returns", HandleAsync)
        .WithName(nameof(ListReturns))
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// Who of the sample has returned a month and who has not, with what looks odd; by county, standing, and whether there are hints
    /// that nobody has explained. Some hundred at most, so there are no pages.
    /// </summary>
    internal static async Task<Results<Pulled<ReturnList>, ProblemHttpResult>> HandleAsync(
        string period, string? region, string? standing, bool? unexplained, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (Months.Read(period) is not { } month)
        {
            return SubmitReturn.NotAMonth.ToProblem();
        }

        if (standing is not (null or "in-time" or "late" or "awaited" or "overdue"))
        {
            return StandingUnknown.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var sampled = await SampledMonth.ReadAsync(work, month, await PolicyParameters.ReadAsync(work));
        return new Pulled<ReturnList>(new(month.ToString(), sampled.DueOn, [.. sampled.Enterprises
            .Where(e => region is null || e.Region == region)
            .Select(e => new ReturnLine(
                e.CreditCode, e.Name, e.Region, e.Industry, StandingOf(e.Return?.ReceivedOn, sampled.DueOn, clock.Today()),
                e.Return is null ? null : EnterpriseReturn.Of(e.Return, sampled.DueOn, e.Hints)))
            .Where(line => standing is null || Register.Codes.Of(line.Standing) == standing)
            .Where(line => unexplained != true || line.Return is { Hints.Count: > 0, Explanation: null })]));
    }

    /// <summary>The rule: the due day is in time still.</summary>
    internal static ReturnStanding StandingOf(DateOnly? receivedOn, DateOnly dueOn, DateOnly today) => receivedOn switch
    {
        { } day => day <= dueOn ? ReturnStanding.InTime : ReturnStanding.Late,
        null => today <= dueOn ? ReturnStanding.Awaited : ReturnStanding.Overdue,
    };
}

/// <summary>A month's returns.</summary>
public sealed record ReturnList(string Period, DateOnly DueOn, IReadOnlyList<ReturnLine> Items);

/// <summary>An enterprise of the sample in the month.</summary>
/// <param name="Return">Null: there is none yet.</param>
public sealed record ReturnLine(string CreditCode, string Name, string Region, string Industry, ReturnStanding Standing, EnterpriseReturn? Return);
