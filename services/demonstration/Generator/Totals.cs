using Wuwei.Demonstration.Plan;
using Wuwei.ServiceDefaults;

namespace Wuwei.Demonstration.Generator;

/// <summary>A county's month without names: what was done before people were registered one by one, or beside it.</summary>
/// <param name="Service">The register's public name, e.g. <c>training</c>.</param>
public sealed record Total(string Service, string County, string Measure, Period Month, int Quantity, string Source);

/// <summary>
/// What was done in 2021–2024, before people were registered one by one. The registers count by measure, county and
/// month; persons once a year, at their first departure.
/// </summary>
public static class Totals
{
    public const string Persons = "labour-transfer.persons";
    public const string PersonTimes = "training.person-times";
    public const string Borrowers = "loans.borrowers";
    public const string Jobs = "loans.jobs";

    // City, 2021 to 2024. Level from the plan's base years (400,000 transfers and more a year; 38,000 trainings in 2020;
    // 2,667 loans a year with 2.3 jobs each); the years themselves are synthetic.
    private static readonly (string Service, string Measure, IReadOnlyList<double> Season, int[] Years)[] Levels =
    [
        ("labour-transfer", Persons, Season.Departures, [401_200, 402_600, 404_100, 405_500]),
        ("training", PersonTimes, Season.Trainings, [26_300, 24_800, 25_600, 26_100]),
        ("loans", Borrowers, Season.Loans, [1_790, 1_820, 1_860, 1_880]),
        ("loans", Jobs, Season.Loans, [4_130, 4_190, 4_290, 4_330]),
    ];

    public static IEnumerable<Total> Make() =>
        from level in Levels
        from year in Enumerable.Range(0, level.Years.Length)
        from month in Season.Spread(level.Years[year], level.Season).Index()
        from share in Census.Share(month.Item, Season.Tilted(level.Measure))
        select new Total(
            level.Service, share.Region, level.Measure,
            new Period(PeriodKind.Month, PlanTargets.FirstYear + year, month.Index + 1), share.Part, Reports.Synthetic);

    /// <summary>What the records of persons come to, counted as the ledger counts.</summary>
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
