using Wuwei.Demonstration.Plan;
using Wuwei.ServiceDefaults;

namespace Wuwei.Demonstration.Generator;

/// <summary>A county's month without names: what was done before people were registered one by one, or beside it.</summary>
/// <param name="Service">The register's public name, e.g. <c>training</c>.</param>
public sealed record Total(string Service, string County, string Measure, Period Month, int Quantity, string Source);

/// <summary>
/// What the registers count, by measure, county and month; persons once a year, at their first departure. Also what the
/// ledger must come to when everything has arrived.
/// </summary>
public static class Totals
{
    public const string Persons = "labour-transfer.persons";
    public const string PersonTimes = "training.person-times";
    public const string Borrowers = "loans.borrowers";
    public const string Jobs = "loans.jobs";

    // City, 2021 to 2025. Source of the level: the plan's base years (≥ 400,000 transfers a year; 38,000 trainings in 2020,
    // 2,667 loans a year with 2.3 jobs each); the years themselves are synthetic.
    private static readonly (string Service, string Measure, IReadOnlyList<double> Season, int[] Years)[] Levels =
    [
        ("labour-transfer", Persons, Season.Departures, [401_200, 402_600, 404_100, 405_500, 408_000]),
        ("training", PersonTimes, Season.Trainings, [26_300, 24_800, 25_600, 26_100, 25_900]),
        ("loans", Borrowers, Season.Loans, [1_790, 1_820, 1_860, 1_880, 1_900]),
        ("loans", Jobs, Season.Loans, [4_130, 4_190, 4_290, 4_330, 4_370]),
    ];

    /// <summary>The totals that bring the counted records up to the city's levels: all of 2021–2024, what is left of 2025.</summary>
    public static IEnumerable<Total> Make(IReadOnlyDictionary<(string Measure, string County, Period Month), int> counted) =>
        from level in Levels
        from year in Enumerable.Range(PlanTargets.FirstYear, level.Years.Length)
        let months = Season.Spread(level.Years[year - PlanTargets.FirstYear], level.Season)
        from m in Enumerable.Range(1, 12)
        let month = new Period(PeriodKind.Month, year, m)
        from share in Census.Share(months[m - 1])
        let named = counted.GetValueOrDefault((level.Measure, share.Region, month))
        select new Total(
            level.Service, share.Region, level.Measure, month, Math.Max(0, share.Part - named),
            year == 2025 ? "演示数据：未逐人登记部分的汇总" : "演示数据：实名登记以前的汇总");

    /// <summary>Counts the records as the ledger does.</summary>
    public static Dictionary<(string Measure, string County, Period Month), int> Count(
        IEnumerable<Departure> departures, IEnumerable<CertifiedTraining> trainings, IEnumerable<Loan> loans) =>
        departures.GroupBy(departure => departure.Person.NationalId)
            .Select(person => person.MinBy(departure => departure.DepartedOn)!)
            .Select(first => (Persons, first.Person.County, first.DepartedOn, 1))
            .Concat(trainings.Select(training => (PersonTimes, training.Person.County, training.CertifiedOn, 1)))
            .Concat(loans.Select(loan => (Borrowers, loan.Person.County, loan.DisbursedOn, 1)))
            .Concat(loans.Select(loan => (Jobs, loan.Person.County, loan.DisbursedOn, loan.Jobs)))
            .GroupBy(((string Measure, string County, DateOnly Day, int Quantity) one) => (one.Measure, one.County, Period.MonthOf(one.Day)))
            .ToDictionary(group => group.Key, group => group.Sum(one => one.Item4));
}
