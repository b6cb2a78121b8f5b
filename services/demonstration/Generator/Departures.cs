namespace Wuwei.Demonstration.Generator;

/// <summary>A worker left for work; and came back, if the day is known.</summary>
/// <param name="Destination">GB/T 2260 code of a province, a prefecture, or a county of the city.</param>
/// <param name="Organised">By the labour offices, not on one's own.</param>
/// <param name="MonthlyIncome">Yuan.</param>
public sealed record Departure(
    Guid Id, Person Person, DateOnly DepartedOn, DateOnly? ReturnedOn, string Destination, string Industry, bool Organised, decimal MonthlyIncome);

/// <summary>
/// Departures of 2025, person by person. Some return within the year, and some of those leave again: the second time
/// counts as person-times but not as another person.
/// </summary>
public static class Departures
{
    private static readonly DateOnly LastDay = new(2025, 12, 31);

    // A quarter stays in the city, another in the province: 2025Q1 reported 8.27万 and, city included, 16.24万.
    private static readonly (string, int)[] Destinations =
    [
        ("620602", 180), ("620621", 30), ("620622", 30), ("620623", 30), ("620100", 90), ("620300", 60), ("620900", 50), ("620700", 35), ("620200", 30),
        ("650100", 90), ("652300", 50), ("650500", 35), ("652800", 30), ("152900", 50), ("150300", 20), ("640100", 40),
        ("630100", 35), ("632800", 20), ("610100", 35), ("110000", 15), ("310000", 10), ("320500", 10), ("330100", 10),
        ("440300", 10), ("510100", 5),
    ];

    // GB/T 4754-2017, by letter: building, factories, farms, catering, transport, services to households.
    private static readonly (string, int)[] Industries = [("E", 34), ("C", 24), ("A", 14), ("H", 12), ("G", 8), ("O", 8)];

    public static IEnumerable<Departure> Make(IReadOnlyList<Person> people) =>
        people.GroupBy(person => person.County).SelectMany(county => OfCounty(county.Key, [.. county]));

    private static IEnumerable<Departure> OfCounty(string county, Person[] people)
    {
        var random = new SeededRandom($"departures/{county}");
        var next = 0;
        foreach (var (month, count) in Season.Spread(people.Length, Season.Departures).Index())
        {
            var first = new DateOnly(2025, month + 1, 1);
            foreach (var person in people.AsSpan(next, count).ToArray())
            {
                var left = random.Between(first, first.AddMonths(1).AddDays(-1));
                foreach (var departure in OfPerson(person, left, random))
                {
                    yield return departure;
                }
            }

            next += count;
        }
    }

    private static IEnumerable<Departure> OfPerson(Person person, DateOnly left, SeededRandom random)
    {
        for (var spell = 1; ; spell++)
        {
            var id = SeededRandom.IdOf($"departure/{person.NationalId}/{spell}");
            DateOnly? returned = random.Chance(spell == 1 ? 0.2 : 0.05) ? left.AddDays(random.Between(25, 150)) : null;
            returned = returned <= LastDay ? returned : null;
            yield return new(
                id, person, left, returned, random.Pick(Destinations), random.Pick(Industries), random.Chance(0.78),
                random.Between(28, 65) * 100m);
            if (returned is not { } home || spell == 2 || !random.Chance(0.55) || home.AddDays(60) > LastDay)
            {
                yield break;
            }

            left = home.AddDays(random.Between(10, 60));
        }
    }
}
