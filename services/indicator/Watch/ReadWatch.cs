using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Enterprises;
using Wuwei.Indicator.Returns;
using Wuwei.Outbox;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Watch;

public static class ReadWatch
{
    public static readonly Refusal GroupingUnknown = Refusal.Invalid("watch.unknown_grouping", "by 须为 county、industry、size 或 ownership。", "/by");

    public static void Map(IEndpointRouteBuilder watch)
    {
        watch.MapGet("/{period}", HandleAsync).WithName(nameof(ReadWatch)).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        watch.MapGet("/{period}/heat", HeatAsync).WithName("ReadHeat").ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>
    /// The unemployment watch of a month: staff against the month before and against the base period, jobs lost, hires and losses by
    /// type and reason; in all and by county, industry, size or ownership. The caller's region only.
    /// </summary>
    /// <param name="by"><c>county</c> (when absent), <c>industry</c>, <c>size</c> or <c>ownership</c>.</param>
    internal static async Task<Results<Pulled<WatchMonth>, ProblemHttpResult>> HandleAsync(
        string period, string? by, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (Months.Read(period) is not { } month)
        {
            return SubmitReturn.NotAMonth.ToProblem();
        }

        Func<SampledEnterprise, string>? keyOf = by switch
        {
            null or "county" => e => e.Region,
            "industry" => e => e.Industry,
            "size" => e => e.Size,
            "ownership" => e => e.Ownership,
            _ => null,
        };
        if (keyOf is null)
        {
            return GroupingUnknown.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var sampled = await SampledMonth.ReadAsync(work, month, await PolicyParameters.ReadAsync(work));
        var (all, today) = (sampled.Enterprises, clock.Today());
        return new Pulled<WatchMonth>(new(
            month.ToString(), sampled.DueOn, WatchFigures.Of(all, sampled.DueOn, today),
            [.. all.GroupBy(keyOf).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new WatchGroup(group.Key, NameOf(by, group.Key), WatchFigures.Of([.. group], sampled.DueOn, today)))],
            [.. all.SelectMany(e => e.Return?.HireLines ?? []).GroupBy(line => line.Reason).OrderBy(group => group.Key)
                .Select(group => new HireTotal(group.Key, group.Sum(line => (long)line.Persons)))],
            [.. all.SelectMany(e => e.Return?.LossLines ?? []).GroupBy(line => (line.Type, line.Reason)).OrderBy(group => group.Key)
                .Select(group => new LossTotal(group.Key.Type, group.Key.Reason, group.Sum(line => (long)line.Persons)))]));
    }

    /// <summary>Where jobs are lost in a month: every county and industry that the sample has, with the level of its job-loss rate.</summary>
    internal static async Task<Results<Pulled<HeatTable>, ProblemHttpResult>> HeatAsync(
        string period, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (Months.Read(period) is not { } month)
        {
            return SubmitReturn.NotAMonth.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var policy = await PolicyParameters.ReadAsync(work);
        var sampled = await SampledMonth.ReadAsync(work, month, policy);
        return new Pulled<HeatTable>(new(month.ToString(), [.. sampled.Enterprises
            .GroupBy(e => (e.Region, e.Industry)).OrderBy(group => group.Key.Region, StringComparer.Ordinal).ThenBy(group => group.Key.Industry, StringComparer.Ordinal)
            .Select(group =>
            {
                var figures = WatchFigures.Of([.. group], sampled.DueOn, clock.Today());
                return new HeatCell(
                    group.Key.Region, RegionCode.Wuwei[group.Key.Region].Name, group.Key.Industry, Industries.Names[group.Key.Industry],
                    Levels.Of(figures.JobLossRate, "watch.job_loss_rate", month.End, policy), figures);
            })]));
    }

    private static string NameOf(string? by, string key) => by switch
    {
        "industry" => Industries.Names[key],
        "size" => key switch { "large" => "大型", "medium" => "中型", "small" => "小型", _ => "微型" },
        "ownership" => key switch { "state-owned" => "国有", "collective" => "集体", "private" => "民营", "foreign" => "港澳台和外商投资", _ => "其他" },
        _ => RegionCode.Wuwei[key].Name,
    };
}

/// <summary>A month of the watch.</summary>
/// <param name="DueOn">Last day in time for its returns.</param>
public sealed record WatchMonth(
    string Period, DateOnly DueOn, WatchFigures Total, IReadOnlyList<WatchGroup> Groups, IReadOnlyList<HireTotal> Hires, IReadOnlyList<LossTotal> Losses);

/// <summary>A group of enterprises.</summary>
/// <param name="Key">The county's code, the industry's letter, the size or the ownership.</param>
public sealed record WatchGroup(string Key, string Name, WatchFigures Figures);

/// <summary>Persons who came, by reason.</summary>
public sealed record HireTotal(HireReason Reason, long Persons);

/// <summary>Persons who left, by type and reason.</summary>
public sealed record LossTotal(LossType Type, LossReason Reason, long Persons);

/// <summary>Counties by industries.</summary>
public sealed record HeatTable(string Period, IReadOnlyList<HeatCell> Cells);

/// <summary>A county's enterprises of an industry.</summary>
/// <param name="Level">Of the job-loss rate, by the thresholds in force at the month's end; null: below all, or nothing to compare.</param>
public sealed record HeatCell(string Region, string RegionName, string Industry, string IndustryName, WarningLevel? Level, WatchFigures Figures);
