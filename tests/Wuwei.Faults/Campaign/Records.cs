using System.Globalization;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Faults.Campaign;

/// <summary>A register as its callers and the ledger know it.</summary>
/// <param name="Path">Of a record: <c>/api/…/</c> and the id.</param>
/// <param name="RecordPrefix">Of a record's id in facts.</param>
/// <param name="Measures">What a record says, in this order.</param>
internal sealed record RegisterKind(string Service, string Path, string RecordPrefix, params string[] Measures)
{
    public static readonly RegisterKind Departures = new(
        "labour-transfer", "/api/labour-transfer/v1/departures/", "departures/", "labour-transfer.persons");

    public static readonly RegisterKind Trainings = new(
        "training", "/api/training/v1/certified-trainings/", "certified-trainings/", "training.person-times");

    public static readonly RegisterKind Loans = new("loans", "/api/loans/v1/loans/", "loans/", "loans.borrowers", "loans.jobs");

    public static readonly IReadOnlyList<RegisterKind> All = [Departures, Trainings, Loans];

    public static RegisterKind Of(string service) => All.First(kind => kind.Service == service);
}

/// <summary>What a record says, as far as it is counted; the rest of its body follows from it.</summary>
/// <param name="Person">Number of the made-up person.</param>
/// <param name="Spell">Which of a person's departures: they must not overlap.</param>
internal sealed record Content(int Person, int Spell, string Region, DateOnly Day, int Jobs, bool Cancelled = false)
{
    public string County => Region[..6];

    /// <summary>Quantities in the order of <see cref="RegisterKind.Measures"/>; null: withdrawn.</summary>
    public decimal?[] Quantities(RegisterKind kind) => Cancelled ? new decimal?[kind.Measures.Length] : kind.Measures.Length == 1 ? [1] : [1, Jobs];
}

/// <summary>Records of made-up people, whose numbers the tests know.</summary>
internal static class Records
{
    public static readonly IReadOnlyList<string> Townships =
        [.. RegionCode.Wuwei.Values.Where(region => region.Level == "township").Select(region => region.Code).Order(StringComparer.Ordinal)];

    private static int s_people;

    /// <summary>Somebody whom nobody has heard of in this run.</summary>
    public static int NewPerson() => Interlocked.Increment(ref s_people);

    /// <summary>The person's number: a thousand people on each birthday from 1975 on, check character right. Nobody lives in area 622399.</summary>
    public static string NationalId(int person)
    {
        var body = "622399" + new DateOnly(1975, 1, 1).AddDays(person / 1000).ToString("yyyyMMdd", CultureInfo.InvariantCulture)
            + (person % 1000).ToString("000", CultureInfo.InvariantCulture);
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return body + "10X98765432"[body.Select((digit, i) => (digit - '0') * weights[i]).Sum() % 11];
    }

    /// <summary>Three spells of a person a year, apart from one another whatever a correction makes of them.</summary>
    public static DateOnly DayOf(int spell, Random random) => new DateOnly(2025, 1, 1).AddDays(spell * 110 + random.Next(60));

    public static object Body(RegisterKind kind, Guid id, Content content)
    {
        var person = new { nationalId = NationalId(content.Person), name = "测试人" };
        return kind.Service switch
        {
            "labour-transfer" => new
            {
                person,
                region = content.Region,
                departedOn = content.Day,
                returnedOn = content.Day.AddDays(30),
                arrangement = "self",
                destination = "650100",
                monthlyIncome = 4200.50m,
                synthetic = true,
            },
            "training" => new
            {
                person,
                region = content.Region,
                occupation = "4-10-01-05",
                occupationName = "养老护理员",
                level = "elementary",
                certificateKind = "skill-level",
                certificateNumber = $"F{id:N}",
                institution = "测试培训学校",
                startedOn = content.Day.AddDays(-20),
                finishedOn = content.Day.AddDays(-5),
                certifiedOn = content.Day,
                hours = 80,
                synthetic = true,
            },
            _ => new
            {
                person,
                region = content.Region,
                borrowerKind = "person",
                borrowerClass = "rural-entrepreneur",
                bank = "测试银行",
                contractNumber = $"F{id:N}",
                amount = 1000m,
                annualRate = 3.5m,
                contractedOn = content.Day.AddDays(-2),
                disbursedOn = content.Day,
                termMonths = 24,
                jobsCreated = content.Jobs,
                synthetic = true,
            },
        };
    }
}
