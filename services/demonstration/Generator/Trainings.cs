namespace Wuwei.Demonstration.Generator;

/// <summary>An occupation of the classification of 2022.</summary>
public sealed record Occupation(string Code, string Name);

/// <summary>A person finished a course and was certified.</summary>
/// <param name="Level">As the register names it, e.g. <c>elementary</c>.</param>
/// <param name="Hours">Class hours.</param>
public sealed record CertifiedTraining(
    Guid Id, Person Person, Occupation Occupation, string Level, DateOnly StartedOn, DateOnly FinishedOn, DateOnly CertifiedOn,
    string CertificateNumber, int Hours);

/// <summary>Trainings of 2025. Nobody has two at a time, or two of the same occupation.</summary>
public static class Trainings
{
    private static readonly (Occupation, int)[] Occupations =
    [
        (new("4-10-01-05", "养老护理员"), 14), (new("4-03-02-01", "中式烹调师"), 14), (new("4-03-02-02", "中式面点师"), 10),
        (new("4-10-01-06", "家政服务员"), 10), (new("6-31-01-03", "电工"), 10), (new("6-18-02-04", "焊工"), 10),
        (new("4-10-01-02", "育婴员"), 8), (new("6-29-01-01", "砌筑工"), 8), (new("4-12-01-01", "汽车维修工"), 6),
        (new("4-10-03-02", "美发师"), 5), (new("4-01-06-02", "互联网营销师"), 5),
    ];

    private static readonly (string, int)[] Levels = [("elementary", 70), ("intermediate", 24), ("advanced", 6)];

    /// <param name="people">One certificate each, and one in ten a second one where it fits.</param>
    public static IEnumerable<CertifiedTraining> Make(IReadOnlyList<Person> people) =>
        people.GroupBy(person => person.County).SelectMany(county => OfCounty(county.Key, [.. county]));

    private static IEnumerable<CertifiedTraining> OfCounty(string county, Person[] people)
    {
        var random = new SeededRandom($"trainings/{county}");
        // Shuffled, so that the two certificates of one person mostly lie months apart.
        var trainees = people.SelectMany((person, i) => Enumerable.Repeat(person, i % 10 == 0 ? 2 : 1))
            .Select(person => (Person: person, Key: random.Fraction())).OrderBy(pair => pair.Key).Select(pair => pair.Person).ToArray();
        var before = new Dictionary<Person, CertifiedTraining>();
        var (next, serial) = (0, 0);
        foreach (var (month, count) in Season.Spread(trainees.Length, Season.Trainings).Index())
        {
            var first = new DateOnly(2025, month + 1, 1);
            foreach (var person in trainees[next..(next + count)])
            {
                var training = Draw(person, $"Y{county}2025{++serial:000000}", first, random);
                if (before.GetValueOrDefault(person) is not { } other
                    || (training.Occupation != other.Occupation && (training.StartedOn > other.FinishedOn || training.FinishedOn < other.StartedOn)))
                {
                    before[person] = training;
                    yield return training;
                }
            }

            next += count;
        }
    }

    private static CertifiedTraining Draw(Person person, string number, DateOnly month, SeededRandom random)
    {
        var certified = random.Between(month, month.AddMonths(1).AddDays(-1));
        var finished = certified.AddDays(-random.Between(3, 20));
        var (occupation, level, days) = (random.Pick(Occupations), random.Pick(Levels), random.Between(7, 20));
        return new(
            SeededRandom.IdOf($"training/{number}"), person, occupation, level,
            finished.AddDays(-days), finished, certified, number, Math.Min(random.Between(5, 15), days) * 8);
    }
}
