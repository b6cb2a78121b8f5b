namespace Wuwei.Demonstration.Generator;

/// <summary>A person finished a course and was certified.</summary>
/// <param name="Occupation">Code of the occupational classification of 2022.</param>
/// <param name="Level">5 (初级工) to 1 (高级技师).</param>
public sealed record CertifiedTraining(
    Guid Id, Person Person, string Occupation, int Level, DateOnly StartedOn, DateOnly FinishedOn, DateOnly CertifiedOn, string CertificateNumber);

/// <summary>Trainings of 2025. Nobody gets the same occupation and level twice, or more than two certificates.</summary>
public static class Trainings
{
    private static readonly (string, int)[] Occupations =
    [
        ("4-10-01-05", 14), ("4-03-02-01", 14), ("4-03-02-02", 10), ("4-10-01-06", 10), ("6-31-01-03", 10), ("6-18-02-04", 10),
        ("4-10-01-02", 8), ("6-29-01-01", 8), ("4-12-01-01", 6), ("4-10-03-02", 5), ("4-01-06-02", 5),
    ];

    private static readonly (int, int)[] Levels = [(5, 70), (4, 24), (3, 6)];

    /// <param name="people">One certificate each, and one in ten a second of another occupation.</param>
    public static IEnumerable<CertifiedTraining> Make(IReadOnlyList<Person> people) =>
        people.GroupBy(person => person.County).SelectMany(county => OfCounty(county.Key, [.. county]));

    private static IEnumerable<CertifiedTraining> OfCounty(string county, Person[] people)
    {
        var random = new SeededRandom($"trainings/{county}");
        var serial = 0;
        var trainees = people.SelectMany((person, i) => Enumerable.Repeat(person, i % 10 == 0 ? 2 : 1)).ToArray();
        // Shuffled, so that the two certificates of one person fall in different months more often than not.
        trainees = [.. trainees.Select(person => (person, key: random.Fraction())).OrderBy(pair => pair.key).Select(pair => pair.person)];
        var had = new HashSet<(string Person, string Occupation)>();
        var next = 0;
        foreach (var (month, count) in Season.Spread(trainees.Length, Season.Trainings).Index())
        {
            var first = new DateOnly(2025, month + 1, 1);
            foreach (var person in trainees.AsSpan(next, count).ToArray())
            {
                var occupation = random.Pick(Occupations);
                while (!had.Add((person.NationalId, occupation)))
                {
                    occupation = random.Pick(Occupations);
                }

                var certified = random.Between(first, first.AddMonths(1).AddDays(-1));
                var finished = certified.AddDays(-random.Between(3, 20));
                var number = $"Y{county}2025{++serial:000000}";
                yield return new(
                    SeededRandom.IdOf($"training/{number}"), person, occupation, random.Pick(Levels),
                    finished.AddDays(-random.Between(7, 20)), finished, certified, number);
            }

            next += count;
        }
    }
}
