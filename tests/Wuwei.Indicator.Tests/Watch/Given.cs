using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Tests.Watch;

/// <summary>Enterprises and figures for tests of the watch.</summary>
internal static class Given
{
    /// <summary>The n-th valid credit code.</summary>
    public static string CodeOf(int n)
    {
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var body = $"91620602MA{n:0000000}";
        return body + Alphabet.First(check => CreditCode.Read(body + check) is not null);
    }

    /// <summary>An enterprise of the sample, as a body.</summary>
    public static object Enterprise(string region, string industry = "C", int headcount = 100, string from = "2025-01", string? until = null) => new
    {
        region,
        name = "武威某某制造有限公司",
        industry,
        size = "medium",
        ownership = "private",
        basePeriod = "2024-12",
        baseHeadcount = headcount,
        sampledFrom = from,
        sampledUntil = until,
    };

    /// <summary>A return that adds up, as a body.</summary>
    public static object Return(int last, int now, string type = "resignation") => new
    {
        headcountLast = last,
        headcountNow = now,
        hires = now > last ? new[] { new { reason = "expansion", persons = now - last } } : [],
        losses = now < last ? new[] { new { type, reason = "orders", persons = last - now } } : [],
    };

    /// <summary>A planned layoff, as a body.</summary>
    public static object Layoff(string region, int headcount, int persons, string state = "planned", string? endedOn = null, int? laidOff = null) => new
    {
        creditCode = CodeOf(9001),
        name = "武威某某化工有限公司",
        region,
        industry = "C",
        headcount,
        persons,
        reason = "serious-difficulty",
        noticedOn = "2025-07-10",
        reportedOn = "2025-07-12",
        plannedOn = "2025-08-15",
        state,
        endedOn,
        laidOff,
    };

    /// <summary>A complaint that was closed on the day it was filed, as a body.</summary>
    public static object ClosedCase(string region, string day) => new
    {
        region,
        kind = "complaint",
        respondent = "武威某某餐饮有限公司",
        filedOn = day,
        closedOn = day,
        outcome = "corrected",
    };

    /// <summary>A figure to watch, as a body.</summary>
    public static object FigureRule(string expression, string side, (decimal Yellow, decimal Orange, decimal Red) raise, (decimal Yellow, decimal Orange, decimal Red) clear) => new
    {
        nameZh = "每月培训人次",
        expression,
        missing = "skip-if-any",
        side,
        raise = new { yellow = raise.Yellow, orange = raise.Orange, red = raise.Red },
        clear = new { yellow = clear.Yellow, orange = clear.Orange, red = clear.Red },
        clearAfter = 1,
        active = true,
        reason = "试行",
    };

    /// <summary>Figures as the migrations set them, but that one linked enterprise is enough.</summary>
    public static PolicyParameters Policy() => new([
        Parameter("watch.return_due_after", 25, null), Parameter("watch.plausible_change", 30, null), Parameter("watch.plausible_change_persons", 5, null),
        Parameter("watch.still_months", 6, null), Parameter("watch.least_linked", 1, null), Parameter("watch.job_loss_clear_after", 2, null),
        Table("watch.job_loss_rate", 3, 5, 10), Table("watch.job_loss_rate_clear", 2, 4, 8), Table("watch.overdue_share", 10, 30, 50),
        Table("watch.overdue_share_clear", 5, 10, 30), Table("watch.layoff_persons", 20, 50, 100), Table("watch.report_within", 12, 2, 2),
        Table("arrears.months_owed", 0, 1, 2), Parameter("arrears.major_workers", 50, null), Parameter("arrears.major_amount", 1_000_000, null),
        Table("progress.behind", 10, 20, 30), Table("progress.behind_clear", 5, 15, 25),
    ]);

    private static PolicyParameter Table(string code, decimal yellow, decimal orange, decimal red) =>
        Parameter(code, null, [new("yellow", yellow), new("orange", orange), new("red", red)]);

    private static PolicyParameter Parameter(string code, decimal? value, IReadOnlyList<PolicyEntry>? entries) =>
        new(code, new(2000, 1, 1), 1, value, entries, "%", null, false, null, default, "test");
}
