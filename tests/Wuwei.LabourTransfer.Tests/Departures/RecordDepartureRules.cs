using CsCheck;
using Wuwei.LabourTransfer.Departures;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.ServiceDefaults.Regions;
using static Wuwei.LabourTransfer.Departures.RecordDeparture;

namespace Wuwei.LabourTransfer.Tests.Departures;

public sealed class RecordDepartureRules
{
    private static readonly DateOnly Today = new(2025, 6, 30);

    private static readonly PolicyParameters Policy = new(
    [
        Parameter(YoungestAge, new(2000, 1, 1), 16),
        Parameter(LowestIncome, new(2000, 1, 1), 300),
        Parameter(HighestIncome, new(2000, 1, 1), 50_000),
        Parameter(HighestIncome, new(2025, 5, 1), 60_000),
    ]);

    // Born 1986-03-15.
    private static readonly Departure March = new()
    {
        Id = Guid.CreateVersion7(),
        Person = new("k", NationalId.OfStored("622301198603151016"), PersonName.OfStored("王一"), null),
        Region = "620602",
        DepartedOn = new(2025, 3, 1),
        Arrangement = Arrangement.Self,
        Destination = "650100",
        Synthetic = true,
    };

    [Fact]
    public void Given_nobody_away_When_a_worker_leaves_Then_it_is_recorded() => Assert.Null(Check(March, [], Policy, Today));

    [Fact]
    public void Given_a_departure_today_When_recorded_Then_it_stands_and_tomorrows_does_not()
    {
        Assert.Null(Check(March with { DepartedOn = Today }, [], Policy, Today));
        Assert.Equal(InFuture, Check(March with { DepartedOn = Today.AddDays(1) }, [], Policy, Today));
    }

    [Fact]
    public void Given_a_return_When_it_is_before_the_departure_or_to_come_Then_it_is_refused()
    {
        Assert.Null(Check(March with { ReturnedOn = March.DepartedOn }, [], Policy, Today));
        Assert.Equal(ReturnBeforeDeparture, Check(March with { ReturnedOn = March.DepartedOn.AddDays(-1) }, [], Policy, Today));
        Assert.Equal(ReturnInFuture, Check(March with { ReturnedOn = Today.AddDays(1) }, [], Policy, Today));
    }

    [Fact]
    public void Given_a_sixteenth_birthday_When_leaving_on_it_Then_it_is_allowed_and_the_day_before_not()
    {
        var young = March with { Person = March.Person with { NationalId = NationalId.OfStored("622301200904010001") } };

        Assert.Null(Check(young with { DepartedOn = new(2025, 4, 1) }, [], Policy, Today));
        Assert.Equal(TooYoung, Check(young with { DepartedOn = new(2025, 3, 31) }, [], Policy, Today));
    }

    [Theory]
    [InlineData(299.99, false)]
    [InlineData(300, true)]
    [InlineData(50_000, true)]
    [InlineData(50_000.01, false)]
    public void Given_an_income_When_outside_the_band_of_that_day_Then_it_is_refused(double income, bool plausible) =>
        Assert.Equal(plausible ? null : ImplausibleIncome, Check(March with { MonthlyIncome = (decimal)income }, [], Policy, Today));

    [Fact]
    public void Given_a_band_that_changed_in_May_When_leaving_in_May_Then_the_new_one_decides() =>
        Assert.Null(Check(March with { DepartedOn = new(2025, 5, 1), MonthlyIncome = 55_000 }, [], Policy, Today));

    [Fact]
    public void Given_a_spell_that_is_open_When_leaving_again_Then_it_is_refused_until_the_return_is_recorded()
    {
        var again = March with { Id = Guid.CreateVersion7(), DepartedOn = new(2025, 5, 1) };

        Assert.Equal(Overlap, Check(again, [March], Policy, Today));
        Assert.Equal(Overlap, Check(again, [March with { ReturnedOn = new(2025, 5, 2) }], Policy, Today));
        Assert.Null(Check(again, [March with { ReturnedOn = new(2025, 5, 1) }], Policy, Today));
    }

    [Fact]
    public void Given_a_later_spell_When_an_earlier_one_is_recorded_late_Then_it_must_have_ended_by_then()
    {
        var earlier = March with { Id = Guid.CreateVersion7(), DepartedOn = new(2025, 2, 1) };

        Assert.Equal(Overlap, Check(earlier, [March], Policy, Today));
        Assert.Null(Check(earlier with { ReturnedOn = March.DepartedOn }, [March], Policy, Today));
    }

    [Fact]
    public void Given_a_spell_of_one_day_When_the_same_day_is_recorded_again_Then_it_is_refused() =>
        Assert.Equal(Overlap, Check(March with { Id = Guid.CreateVersion7(), ReturnedOn = March.DepartedOn }, [March with { ReturnedOn = March.DepartedOn }], Policy, Today));

    [Fact]
    public void Given_any_two_spells_When_compared_Then_they_overlap_exactly_if_a_day_away_is_shared()
    {
        var spell = Gen.Select(Gen.Int[0, 20], Gen.Int[-1, 20]).Select((start, days) => March with
        {
            DepartedOn = new DateOnly(2025, 1, 1).AddDays(start),
            ReturnedOn = days < 0 ? null : new DateOnly(2025, 1, 1).AddDays(start + days),
        });
        Gen.Select(spell, spell).Sample((a, b) =>
        {
            var shared = DaysAway(a).Intersect(DaysAway(b)).Any();
            return a.Overlaps(b) == shared && b.Overlaps(a) == shared;
        });

        // The day of departure always; the day of return is free for the next departure.
        static IEnumerable<int> DaysAway(Departure d) =>
            Enumerable.Range(d.DepartedOn.DayNumber, Math.Max(1, (d.ReturnedOn ?? new(2025, 12, 31)).DayNumber - d.DepartedOn.DayNumber));
    }

    [Theory]
    [InlineData("620602", DestinationKind.WithinCity)]
    [InlineData("620623100", DestinationKind.WithinCity)]
    [InlineData("620600", DestinationKind.WithinCity)]
    [InlineData("620100", DestinationKind.WithinProvince)]
    [InlineData("620000", DestinationKind.WithinProvince)]
    [InlineData("650100", DestinationKind.OtherProvince)]
    [InlineData("110000", DestinationKind.OtherProvince)]
    [InlineData("abroad", DestinationKind.Abroad)]
    [InlineData("620699", null)]
    [InlineData("990000", null)]
    [InlineData("", null)]
    public void Given_a_destination_When_its_kind_is_asked_Then_it_follows_from_the_code(string code, DestinationKind? kind) =>
        Assert.Equal(kind, Destination.KindOf(code));

    [Fact]
    public void Given_every_prefecture_and_township_When_its_kind_is_asked_Then_there_is_one() =>
        Assert.All(RegionCode.China.Keys.Concat(RegionCode.Wuwei.Keys), code => Assert.NotNull(Destination.KindOf(code)));

    private static PolicyParameter Parameter(string code, DateOnly from, decimal value) =>
        new(code, from, 1, value, null, "", null, false, null, default, "test");
}
