namespace Wuwei.Demonstration.Generator;

/// <summary>A guaranteed start-up loan was paid out.</summary>
/// <param name="BorrowerClass">One of the ten classes of borrowers, as the register names it.</param>
/// <param name="Amount">Yuan, at most 300,000.</param>
/// <param name="AnnualRate">Per cent.</param>
/// <param name="TermMonths">At most 36.</param>
/// <param name="Jobs">Created for others, the borrower not counted.</param>
public sealed record Loan(
    Guid Id, Person Person, string BorrowerClass, decimal Amount, decimal AnnualRate, int TermMonths, DateOnly ContractedOn, DateOnly DisbursedOn, int Jobs, string ContractNumber);

/// <summary>Loans of 2025. Size and jobs after the years 2016–2020: 112,600 yuan and 2.3 jobs a loan.</summary>
public static class Loans
{
    private static readonly (string, int)[] Classes =
    [
        ("registered-unemployed", 22), ("returned-migrant", 24), ("rural-entrepreneur", 20), ("lifted-from-poverty", 12),
        ("graduate", 10), ("veteran", 6), ("online-merchant", 6),
    ];


    private static readonly (int, int)[] Amounts = [(50_000, 15), (80_000, 15), (100_000, 35), (150_000, 20), (200_000, 10), (300_000, 5)];
    private static readonly (int, int)[] Jobs = [(0, 10), (1, 20), (2, 32), (3, 20), (4, 10), (5, 5), (8, 3)];

    public static IEnumerable<Loan> Make(IReadOnlyList<Person> people) =>
        people.GroupBy(person => person.County).SelectMany(county => OfCounty(county.Key, [.. county]));

    private static IEnumerable<Loan> OfCounty(string county, Person[] people)
    {
        var random = new SeededRandom($"loans/{county}");
        var next = 0;
        foreach (var (month, count) in Season.Spread(people.Length, Season.Loans).Index())
        {
            var first = new DateOnly(2025, month + 1, 1);
            for (var i = 0; i < count; i++)
            {
                var person = people[next++];
                var paid = random.Between(first, first.AddMonths(1).AddDays(-1));
                var number = $"CD{county}2025{next:0000}";
                yield return new(
                    SeededRandom.IdOf($"loan/{number}"), person, random.Pick(Classes), random.Pick(Amounts),
                    random.Between(310, 435) / 100m, random.Chance(0.7) ? 36 : 24,
                    paid.AddDays(-random.Between(1, 5)), paid, random.Pick(Jobs), number);
            }
        }
    }
}
