using System.Security.Cryptography;
using System.Text.Json;
using Wuwei.Demonstration.Generator;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Platform.Tests.Demonstration;

public sealed class RecordsTests
{
    private static readonly Records All = new();
    private static readonly DateOnly LastDay = new(2025, 12, 31);

    private static IEnumerable<Person> People => All.Departures.Select(departure => departure.Person)
        .Concat(All.Trainings.Select(training => training.Person)).Concat(All.Loans.Select(loan => loan.Person)).Distinct();

    [Fact]
    public void Given_the_same_seed_Then_every_record_is_the_same()
    {
        var again = new Records();
        Assert.Equal(All.Departures, again.Departures);
        Assert.Equal(All.Trainings, again.Trainings);
        Assert.Equal(All.Loans, again.Loans);
        Assert.Equal(All.Totals, again.Totals);
        Assert.Equal(All.Reports, again.Reports);
    }

    [Fact]
    public void Given_another_machine_or_release_Then_the_records_are_still_those_of_the_loaded_databases() => Assert.Equal(
        "0B13403651E6324D",
        Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
            new { All.Departures, All.Trainings, All.Loans, All.Totals, All.Reports }, Json.Options)))[..16]);

    [Fact]
    public void Given_the_records_Then_there_are_as_many_as_promised()
    {
        Assert.InRange(All.Departures.Count, 78_000, 83_000);
        Assert.InRange(All.Trainings.Count, 4_900, 5_100);
        Assert.Equal(600, All.Loans.Count);
    }

    [Fact]
    public void Given_the_watch_Then_every_county_has_a_sample_that_says_it_is_made_up_and_one_enterprise_shrinks()
    {
        Assert.Equal(RegionCode.Counties.Select(county => county.Code), All.Enterprises.Select(enterprise => enterprise.County).Distinct());
        Assert.Equal(All.Enterprises.Count, All.Enterprises.Select(enterprise => enterprise.CreditCode).Distinct().Count());
        Assert.All(All.Enterprises, enterprise =>
        {
            Assert.Equal(enterprise.CreditCode, CreditCode.Read(enterprise.CreditCode));
            Assert.StartsWith("演示", enterprise.Name, StringComparison.Ordinal);
            Assert.Equal(13, enterprise.Staff.Count);
            Assert.All(enterprise.Staff, staff => Assert.True(staff > 0));
        });
        Assert.Single(All.Enterprises, enterprise => enterprise.Staff[12] < enterprise.Staff[Watch.Shrinking - 1] * 0.8);
    }

    [Fact]
    public void Given_a_number_Then_it_is_well_formed_and_nobody_elses()
    {
        var numbers = People.Select(person => person.NationalId).ToArray();
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
        foreach (var person in People)
        {
            Assert.False(NationalId.Parse(person.NationalId, LastDay).IsRefused(out _, out var parsed));
            Assert.Equal(person.Birth, parsed.Born);
            Assert.InRange(parsed.AgeOn(new(2025, 1, 1)), 18, 60);
            Assert.InRange(parsed.AgeOn(LastDay), 18, 60);
        }
    }

    [Fact]
    public void Given_people_born_before_2001_Then_their_numbers_carry_the_old_codes() =>
        Assert.All(People, person => Assert.StartsWith(person.Birth.Year > 2000 ? "6206" : "6223", person.NationalId));

    [Fact]
    public void Given_names_Then_the_registers_accept_them() =>
        Assert.All(People, person => Assert.False(PersonName.Parse(person.Name).IsRefused(out _, out _)));

    [Fact]
    public void Given_ids_Then_no_two_records_share_one()
    {
        var ids = All.Departures.Select(departure => departure.Id)
            .Concat(All.Trainings.Select(training => training.Id)).Concat(All.Loans.Select(loan => loan.Id)).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void Given_a_workers_spells_Then_they_follow_one_another_within_the_year()
    {
        foreach (var spells in All.Departures.GroupBy(departure => departure.Person).Select(person => person.OrderBy(spell => spell.DepartedOn).ToArray()))
        {
            Assert.All(spells, spell => Assert.InRange(spell.DepartedOn, new(2025, 1, 1), LastDay));
            Assert.All(spells, spell => Assert.True(spell.ReturnedOn is not { } home || (home > spell.DepartedOn && home <= LastDay)));
            Assert.All(spells.Zip(spells.Skip(1)), pair => Assert.True(pair.First.ReturnedOn < pair.Second.DepartedOn));
        }

        Assert.Contains(All.Departures.CountBy(departure => departure.Person), worker => worker.Value == 2);
    }

    [Fact]
    public void Given_destinations_and_homes_Then_they_exist()
    {
        Assert.All(All.Departures, departure => Assert.True(RegionCode.China.ContainsKey(departure.Destination) || RegionCode.Wuwei.ContainsKey(departure.Destination)));
        Assert.All(People, person => Assert.Equal("township", RegionCode.Wuwei[person.Township].Level));
    }

    [Fact]
    public void Given_a_year_of_transfers_Then_most_leave_in_the_first_quarter()
    {
        foreach (var year in All.Expected().Where(cell => cell.Key.Measure == Totals.Persons).GroupBy(cell => cell.Key.Month.Year))
        {
            double UpTo(int month) => year.Where(cell => cell.Key.Month.Number <= month).Sum(cell => cell.Value) / (double)year.Sum(cell => cell.Value);
            Assert.InRange(UpTo(3), 0.73, 0.77);
            Assert.InRange(UpTo(6), 0.93, 0.97);
            Assert.InRange(UpTo(9), 0.98, 1.0);
        }
    }

    [Fact]
    public void Given_a_trainee_Then_no_occupation_comes_twice_and_at_most_three_certificates_a_year()
    {
        Assert.All(All.Trainings.CountBy(training => (training.Person, training.Occupation)), pair => Assert.Equal(1, pair.Value));
        Assert.All(All.Trainings.CountBy(training => training.Person), pair => Assert.InRange(pair.Value, 1, 3));
        Assert.All(All.Trainings, training => Assert.True(training.StartedOn < training.FinishedOn && training.FinishedOn < training.CertifiedOn));
        foreach (var two in All.Trainings.GroupBy(training => training.Person).Select(person => person.OrderBy(training => training.StartedOn).ToArray()))
        {
            Assert.All(two.Zip(two.Skip(1)), pair => Assert.True(pair.First.FinishedOn < pair.Second.StartedOn));
        }
    }

    [Fact]
    public void Given_a_loan_Then_it_keeps_to_the_caps_and_a_borrower_has_one()
    {
        Assert.All(All.Loans, loan => Assert.InRange(loan.Amount, 1, 300_000));
        Assert.All(All.Loans, loan => Assert.InRange(loan.TermMonths, 1, 36));
        Assert.Equal(All.Loans.Count, All.Loans.Select(loan => loan.Person).Distinct().Count());
        Assert.InRange(All.Loans.Average(loan => loan.Jobs), 2.1, 2.5);
    }

    [Fact]
    public void Given_what_was_published_Then_the_figures_are_in_it()
    {
        Assert.Equal(6_720, All.Reports.Where(report => report is { Indicator: "1", Period: { Year: 2025, Number: <= 3 } }).Sum(report => report.Value));
        Assert.Equal(117_500, All.Reports.Where(report => report is { Indicator: "8", Period: { Year: 2022, Number: 12 } }).Sum(report => report.Value));
        Assert.All(All.Reports, report => Assert.NotEmpty(report.Source));
    }

    [Fact]
    public void Given_reports_Then_every_month_and_year_of_the_plan_is_there_once()
    {
        Assert.Equal(All.Reports.Count, All.Reports.Select(report => (report.Indicator, report.Region, report.Period)).Distinct().Count());
        Assert.Equal(5 * (12 * (4 * 4 + 1) + 4 + 3), All.Reports.Count);
    }
}
