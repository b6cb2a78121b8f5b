using CsCheck;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.Training.CertifiedTrainings;
using static Wuwei.Training.CertifiedTrainings.RecordCertifiedTraining;

namespace Wuwei.Training.Tests.CertifiedTrainings;

public sealed class RecordCertifiedTrainingRules
{
    private static readonly DateOnly Today = new(2025, 12, 31);

    private static readonly PolicyParameters Policy = new(
        [Parameter(MostPerYear, 3), Parameter(MostAtOnce, 1), Parameter(YoungestAge, 16)]);

    private static readonly CertifiedTraining March = Training(3);

    [Fact]
    public void Given_nobody_trained_When_a_training_is_recorded_Then_it_stands() => Assert.Null(Check(March, [], Policy, Today));

    [Fact]
    public void Given_days_in_the_wrong_order_or_to_come_When_recorded_Then_it_is_refused()
    {
        Assert.Equal(FinishedBeforeStart, Check(March with { FinishedOn = March.StartedOn.AddDays(-1) }, [], Policy, Today));
        Assert.Equal(CertifiedBeforeFinish, Check(March with { CertifiedOn = March.FinishedOn.AddDays(-1) }, [], Policy, Today));
        Assert.Null(Check(March, [], Policy, March.CertifiedOn));
        Assert.Equal(InFuture, Check(March, [], Policy, March.CertifiedOn.AddDays(-1)));
    }

    [Fact]
    public void Given_fifteen_days_When_more_hours_are_claimed_than_they_hold_Then_it_is_refused()
    {
        var parameters = new PolicyParameters([Parameter(MostHoursADay, 10)]);

        Assert.Equal(15, March.Days);
        Assert.Null(Check(March with { Hours = 150 }, [], parameters, Today));
        Assert.Equal(TooManyHours, Check(March with { Hours = 151 }, [], parameters, Today));
        Assert.Null(Check(March with { FinishedOn = March.StartedOn, Hours = 10 }, [], parameters, Today));
        Assert.Equal(TooManyHours, Check(March with { FinishedOn = March.StartedOn, Hours = 11 }, [], parameters, Today));
        // Even where no figure is in force, a day has 24 hours.
        Assert.Null(Check(March with { Hours = 360 }, [], Policy, Today));
        Assert.Equal(TooManyHours, Check(March with { Hours = 361 }, [], Policy, Today));
    }

    [Fact]
    public void Given_the_same_occupation_and_level_When_certified_again_in_any_year_Then_it_is_refused()
    {
        var again = Training(6) with { Occupation = March.Occupation };

        Assert.Equal(CertifiedBefore, Check(again, [March], Policy, Today));
        Assert.Equal(CertifiedBefore, Check(again, [March with { StartedOn = new(2024, 1, 1), FinishedOn = new(2024, 1, 2), CertifiedOn = new(2024, 1, 3) }], Policy, Today));
        Assert.Equal(CertifiedBefore, Check(NoLevel(again), [NoLevel(March)], Policy, Today));
        Assert.Null(Check(again with { Level = SkillLevel.Intermediate }, [March], Policy, Today));
    }

    [Fact]
    public void Given_a_higher_level_When_a_lower_one_follows_Then_it_is_refused_whichever_is_recorded_first()
    {
        var high = March with { Level = SkillLevel.Advanced };
        var lower = Training(6) with { Occupation = March.Occupation, Level = SkillLevel.Intermediate };

        Assert.Equal(LowerAfterHigher, Check(lower, [high], Policy, Today));
        Assert.Equal(LowerAfterHigher, Check(high, [lower], Policy, Today));
        Assert.Null(Check(Training(2) with { Occupation = March.Occupation, Level = SkillLevel.Intermediate }, [high], Policy, Today));
        Assert.Null(Check(lower with { Occupation = "4-04-05-02" }, [high], Policy, Today));
    }

    [Fact]
    public void Given_three_subsidised_in_a_year_When_a_fourth_comes_Then_it_is_refused_and_next_years_is_not()
    {
        CertifiedTraining[] three = [Training(1), Training(2), Training(3)];

        Assert.Null(Check(Training(4), three[..2], Policy, Today));
        Assert.Equal(TooManyInYear, Check(Training(4), three, Policy, Today));
        Assert.Null(Check(Training(4) with { Subsidised = false }, three, Policy, Today));
        Assert.Null(Check(Training(4), [three[0], three[1], three[2] with { Subsidised = false }], Policy, Today));
        Assert.Null(Check(Training(4) with { CertifiedOn = new(2026, 1, 1) }, three, Policy, new(2026, 1, 1)));
    }

    [Fact]
    public void Given_a_training_When_another_begins_on_its_last_day_Then_it_is_refused()
    {
        Assert.Equal(Overlap, Check(Training(4) with { StartedOn = March.FinishedOn }, [March], Policy, Today));
        Assert.Null(Check(Training(4) with { StartedOn = March.FinishedOn.AddDays(1) }, [March], Policy, Today));
    }

    [Fact]
    public void Given_a_certificate_number_of_someone_else_When_recorded_Then_it_is_refused() =>
        Assert.Equal(CertificateTaken, Check(March, [Training(5) with { CertificateNumber = March.CertificateNumber, Person = March.Person with { Key = "other" } }], Policy, Today));

    [Fact]
    public void Given_a_sixteenth_birthday_When_the_course_begins_before_it_Then_it_is_refused()
    {
        var young = March with { Person = March.Person with { NationalId = NationalId.OfStored("622301200903020010") } };

        Assert.Equal(TooYoung, Check(young, [], Policy, Today));
        Assert.Null(Check(young with { StartedOn = new(2025, 3, 2) }, [], Policy, Today));
    }

    [Fact]
    public void Given_trainings_in_any_order_When_accepted_one_by_one_Then_the_whole_keeps_every_rule()
    {
        var training = Gen.Select(Gen.Int[0, 700], Gen.Int[0, 2], Gen.Int[0, 7], Gen.Bool).Select((day, occupation, level, subsidised) => Training(1) with
        {
            Id = Guid.NewGuid(),
            Occupation = $"4-04-05-{occupation:00}",
            Level = (SkillLevel)level,
            Subsidised = subsidised,
            CertificateNumber = Guid.NewGuid().ToString(),
            StartedOn = new DateOnly(2024, 1, 1).AddDays(day),
            FinishedOn = new DateOnly(2024, 1, 1).AddDays(day + 5),
            CertifiedOn = new DateOnly(2024, 1, 1).AddDays(day + 10),
        });
        training.List[0, 25].Sample(offered =>
        {
            var kept = new List<CertifiedTraining>();
            foreach (var next in offered)
            {
                if (Check(next, kept, Policy, Today) is null)
                {
                    kept.Add(next);
                }
            }

            var pairs = kept.SelectMany(a => kept.Where(b => b != a), (a, b) => (a, b)).ToArray();
            return kept.GroupBy(t => (t.Occupation, t.Level)).All(group => group.Count() == 1)
                && kept.Where(t => t.Subsidised).GroupBy(t => t.CertifiedOn.Year).All(year => year.Count() <= 3)
                && pairs.All(p => p.a.Occupation != p.b.Occupation || p.a.CertifiedOn >= p.b.CertifiedOn || p.a.Level < p.b.Level)
                && pairs.All(p => p.a.FinishedOn < p.b.StartedOn || p.b.FinishedOn < p.a.StartedOn)
                // What was refused is refused still: nothing was turned away that would fit.
                && offered.Except(kept).All(t => Check(t, kept, Policy, Today) is not null);
        });
    }

    private static CertifiedTraining Training(int month) => new()
    {
        Id = Guid.CreateVersion7(),
        Person = new("k", NationalId.OfStored("622301198603151016"), PersonName.OfStored("王一"), null),
        Region = "620602",
        Occupation = $"6-29-01-{month:00}",
        OccupationName = "砌筑工",
        Level = SkillLevel.Elementary,
        CertificateKind = CertificateKind.SkillLevel,
        CertificateNumber = $"{month}",
        Institution = "武威职业学院",
        StartedOn = new(2025, month, 1),
        FinishedOn = new(2025, month, 15),
        CertifiedOn = new(2025, month, 20),
        Hours = 80,
        Subsidised = true,
        Synthetic = true,
    };

    private static CertifiedTraining NoLevel(CertifiedTraining training) => training with { Level = null, CertificateKind = CertificateKind.TrainingCompletion };

    private static PolicyParameter Parameter(string code, decimal value) => new(code, new(2000, 1, 1), 1, value, null, "", null, false, null, default, "test");
}
