namespace Wuwei.Indicator.Layoffs;

/// <summary>What the law asks of a layoff and is not so.</summary>
public enum LayoffBreach
{
    /// <summary>Nobody has been told, and fewer than 30 days are left.</summary>
    NotNoticed,

    /// <summary>Fewer than 30 days between the notice and the day on which the first person leaves.</summary>
    NoticeTooShort,

    /// <summary>The day has come and the labour bureau has had no report.</summary>
    NotReported,

    /// <summary>The report came after the first person had left.</summary>
    ReportedAfterwards,
}

/// <summary>Economic layoffs by the law itself, so these are constants and no policy parameters.</summary>
/// <remarks>
/// Source: 劳动合同法 art. 41 [L]: 裁减人员二十人以上或者裁减不足二十人但占企业职工总数百分之十以上的，提前三十日向工会或者全体职工说明情况，
/// 裁减人员方案经向劳动行政部门报告，可以裁减人员. 以上 includes the number itself (民法典 art. 1259). The thirty days are calendar days, the
/// day of the notice does not count (民法典 art. 200, 201).
/// </remarks>
internal static class LayoffRule
{
    public const int StatutoryPersons = 20;
    public const int StatutoryPercent = 10;
    public const int NoticeDays = 30;

    /// <summary>Whether notice and report are due.</summary>
    public static bool IsStatutory(int persons, int headcount) =>
        persons >= StatutoryPersons || persons > 0 && persons * 100L >= headcount * (long)StatutoryPercent;

    /// <summary>First day on which somebody may leave.</summary>
    public static DateOnly? EarliestOn(DateOnly? noticedOn) => noticedOn < DateOnly.MaxValue.AddDays(-NoticeDays) ? noticedOn.Value.AddDays(NoticeDays) : null;

    /// <summary>What is not as the law asks, as of a day; nothing for a smaller layoff, and for one that was withdrawn.</summary>
    public static IReadOnlyList<LayoffBreach> Breaches(StoredLayoff layoff, DateOnly today)
    {
        if (!IsStatutory(layoff.LaidOff is { } laidOff ? Math.Max(laidOff, layoff.Persons) : layoff.Persons, layoff.Headcount) || layoff.State == "withdrawn")
        {
            return [];
        }

        var day = layoff.EndedOn ?? layoff.PlannedOn;
        var breaches = new List<LayoffBreach>();
        if (layoff.NoticedOn is null && day.DayNumber - today.DayNumber < NoticeDays)
        {
            breaches.Add(LayoffBreach.NotNoticed);
        }
        else if (layoff.NoticedOn is { } noticed && day.DayNumber - noticed.DayNumber < NoticeDays)
        {
            breaches.Add(LayoffBreach.NoticeTooShort);
        }

        if (layoff.ReportedOn is null && today >= day)
        {
            breaches.Add(LayoffBreach.NotReported);
        }
        else if (layoff.ReportedOn > day)
        {
            breaches.Add(LayoffBreach.ReportedAfterwards);
        }

        return breaches;
    }
}
