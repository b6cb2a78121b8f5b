using System.Text.Json;
using CsCheck;
using Wuwei.EntrepreneurshipLoan.Loans;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;
using static Wuwei.EntrepreneurshipLoan.Loans.RecordLoan;

namespace Wuwei.EntrepreneurshipLoan.Tests.Loans;

public sealed class RecordLoanRules
{
    private static readonly DateOnly Today = new(2025, 6, 30);

    private static readonly PolicyParameters Policy = new(
    [
        Parameter("loans.person_cap", new(2020, 4, 15), 200_000),
        Parameter("loans.person_cap", new(2023, 9, 4), 300_000),
        Parameter("loans.person_longest_term", new(2020, 4, 15), 36),
        Parameter("loans.enterprise_cap", new(2020, 4, 15), 4_000_000),
        Parameter("loans.enterprise_longest_term", new(2020, 4, 15), 24),
        Parameter("loans.partnership_percent", new(2020, 4, 15), 110),
        Parameter("loans.most_in_all", new(2020, 4, 15), 3),
        Parameter("loans.most_open", new(2020, 4, 15), 1),
        Parameter("loans.highest_annual_rate", new(2020, 4, 15), 6),
        Parameter("loans.youngest_age", new(2020, 4, 15), 18),
        Parameter("loans.oldest_age_male", new(2020, 4, 15), 60),
        Parameter("loans.oldest_age_female", new(2020, 4, 15), 55),
        Parameter("loans.guarantee_multiple", new(2020, 4, 15), 5),
        Parameter("loans.guarantee_fund.620602", new(2020, 4, 15), 200_000),
    ]);

    // A man born 1986-03-15.
    private static readonly Loan March = new()
    {
        Id = Guid.CreateVersion7(),
        Person = new("k", NationalId.OfStored("622301198603151016"), PersonName.OfStored("王一"), null),
        Region = "620602",
        BorrowerKind = BorrowerKind.Person,
        BorrowerClass = BorrowerClass.Veteran,
        Bank = "甘肃银行",
        ContractNumber = "1",
        Amount = 300_000,
        AnnualRate = 6,
        ContractedOn = new(2025, 3, 1),
        DisbursedOn = new(2025, 3, 1),
        TermMonths = 36,
        JobsCreated = 2,
        Synthetic = true,
    };

    private static readonly Loan Enterprise = March with
    {
        BorrowerKind = BorrowerKind.MicroEnterprise,
        BorrowerClass = null,
        CreditCode = "91620105224521729E",
        BusinessName = "某公司",
        Amount = 900_000,
        TermMonths = 24,
    };

    [Fact]
    public void Given_a_loan_at_every_limit_When_recorded_Then_it_stands() => AssertStands(March);

    [Fact]
    public void Given_a_loan_over_a_limit_of_that_day_When_recorded_Then_it_is_refused()
    {
        Assert.Equal(OverCap, Refused(March with { Amount = 300_000.01m }));
        Assert.Equal(OverTerm, Refused(March with { TermMonths = 37 }));
        Assert.Equal(OverRate, Refused(March with { AnnualRate = 6.0001m }));
        Assert.Equal(OverCap, Refused(March with { ContractedOn = new(2023, 9, 1), DisbursedOn = new(2023, 9, 3), Amount = 200_001 }));
        AssertStands(March with { ContractedOn = new(2023, 9, 1), DisbursedOn = new(2023, 9, 4), Amount = 200_001 });
        Assert.Equal(OverCap, Refused(Enterprise with { Amount = 4_000_000.01m }));
        Assert.Equal(OverTerm, Refused(Enterprise with { TermMonths = 25 }));
    }

    [Fact]
    public void Given_partners_When_they_borrow_Then_a_tenth_more_than_each_alone_and_no_more_than_an_enterprise()
    {
        var three = March with { BorrowerKind = BorrowerKind.Partnership, Partners = 3, Person = March.Person with { Key = "p" } };

        // The fund of these tests is small: what is asked here is the cap alone.
        static ServiceDefaults.Refusal? Of(Loan loan) => Refused(loan with { Region = "620621" });
        Assert.Null(Of(three with { Amount = 990_000 }));
        Assert.Equal(OverCap, Of(three with { Amount = 990_000.01m }));
        Assert.Null(Of(three with { Partners = 20, Amount = 4_000_000 }));
        Assert.Equal(OverCap, Of(three with { Partners = 20, Amount = 4_000_000.01m }));
        Assert.Null(Of(three with { ContractedOn = new(2023, 9, 1), DisbursedOn = new(2023, 9, 3), Amount = 660_000 }));
        Assert.Equal(OverCap, Of(three with { ContractedOn = new(2023, 9, 1), DisbursedOn = new(2023, 9, 3), Amount = 660_000.01m }));
        Assert.Equal(OverTerm, Of(three with { TermMonths = 37 }));
        Assert.Equal(RecordLoan.Age, Of(three with { Person = three.Person with { NationalId = NationalId.OfStored("622301195003010010") } }));
        Assert.Equal("p", three.BorrowerKey);
    }

    [Fact]
    public void Given_days_in_the_wrong_order_or_to_come_When_recorded_Then_it_is_refused()
    {
        AssertStands(March with { DisbursedOn = Today });
        Assert.Equal(InFuture, Refused(March with { DisbursedOn = Today.AddDays(1) }));
        Assert.Equal(BeforeContract, Refused(March with { DisbursedOn = March.ContractedOn.AddDays(-1) }));
        Assert.Equal(SettledInFuture, Refused(March with { SettledOn = Today.AddDays(1) }));
        Assert.Equal(SettledBeforeDisbursed, Refused(March with { SettledOn = March.DisbursedOn.AddDays(-1) }));
    }

    [Theory]
    [InlineData("622301196503010010", true)] // a man of 60 on the day
    [InlineData("622301196402290010", false)] // of 61
    [InlineData("622301197002280020", true)] // a woman of 55
    [InlineData("622301196902280020", false)] // of 56
    [InlineData("622301200703010010", true)] // of 18 that day
    [InlineData("622301200703020010", false)] // tomorrow
    public void Given_a_person_When_outside_working_age_Then_it_is_refused(string number, bool allowed) =>
        Assert.Equal(allowed ? null : RecordLoan.Age, Refused(March with { Person = March.Person with { NationalId = NationalId.OfStored(number) } }));

    [Fact]
    public void Given_who_stands_for_an_enterprise_When_past_working_age_Then_it_is_allowed() =>
        AssertStands(Enterprise with { Person = March.Person with { NationalId = NationalId.OfStored("622301195003010010") } });

    [Fact]
    public void Given_an_open_loan_When_another_is_paid_out_Then_it_is_refused_until_the_first_is_paid_back()
    {
        var second = Next(March, new(2025, 5, 1));

        Assert.Equal(AnotherOpen, Refused(second, [March]));
        Assert.Equal(AnotherOpen, Refused(second, [March with { SettledOn = new(2025, 5, 2) }]));
        AssertStands(second, [March with { SettledOn = new(2025, 5, 1) }]);
    }

    [Fact]
    public void Given_three_loans_paid_back_When_a_fourth_is_paid_out_Then_it_is_refused()
    {
        var three = new[] { 1, 2, 3 }.Select(month => Next(March, new(2025, month, 1)) with { SettledOn = new(2025, month, 2) }).ToArray();

        AssertStands(Next(March, new(2025, 5, 1)), three[..2]);
        Assert.Equal(TooMany, Refused(Next(March, new(2025, 5, 1)), three));
    }

    [Fact]
    public void Given_a_persons_loan_When_the_enterprise_they_stand_for_borrows_Then_these_are_two_borrowers() =>
        Assert.NotEqual(March.BorrowerKey, Enterprise.BorrowerKey);

    [Fact]
    public void Given_a_contract_number_of_the_same_bank_When_recorded_again_Then_it_is_refused() =>
        Assert.Equal(ContractTaken, Refused(March, [Enterprise with { Id = Guid.CreateVersion7(), SettledOn = Today }]));

    [Fact]
    public void Given_the_last_yuan_of_a_fund_When_taken_Then_not_one_more_is_given()
    {
        Assert.Null(Check(March, null, [], 700_000, Policy, Today));
        Assert.Equal(FundExhausted, Check(March, null, [], 700_000.01m, Policy, Today));
        Assert.Null(Check(March with { SettledOn = Today }, null, [], 1_000_000, Policy, Today));
    }

    [Fact]
    public void Given_a_fund_over_its_cap_When_a_loan_is_corrected_Then_only_a_rise_is_refused()
    {
        Assert.Null(Check(March with { JobsCreated = 5 }, March, [], 2_000_000, Policy, Today));
        Assert.Null(Check(March with { Amount = 250_000 }, March, [], 2_000_000, Policy, Today));
        Assert.Equal(FundExhausted, Check(March, March with { Amount = 250_000 }, [], 2_000_000, Policy, Today));
        Assert.Equal(FundExhausted, Check(March, March with { Region = "620621" }, [], 1_000_000, Policy, Today));
    }

    [Fact]
    public void Given_any_changes_When_accepted_one_after_the_other_Then_a_fund_is_never_exceeded_and_its_sum_is_exact()
    {
        var loan = Gen.Select(Gen.Int[1, 12], Gen.Int[1, 30], Gen.Bool, Gen.Bool).Select((id, amount, settled, cancelled) => March with
        {
            Id = new Guid(id, 0, 0, new byte[8]),
            Person = March.Person with { Key = $"{id}" },
            ContractNumber = $"{id}",
            Amount = amount * 10_000,
            SettledOn = settled ? Today : null,
            CancelledFor = cancelled ? "x" : null,
        });
        loan.List[0, 60].Sample(changes =>
        {
            var known = new KnownLoans(Policy, Today, []);
            foreach (var next in changes)
            {
                var current = known.Find(next.Id);
                if (current is not { IsCancelled: true }
                    && (next.IsCancelled || Check(next, current, known.Others(next), known.Outstanding(next.County), Policy, Today) is null))
                {
                    known.Accept(current, next);
                }
            }

            var sum = Enumerable.Range(1, 12).Sum(id => known.Find(new Guid(id, 0, 0, new byte[8]))?.Outstanding ?? 0);
            return known.Outstanding("620602") == sum && sum <= 1_000_000;
        });
    }

    [Fact]
    public void Given_the_golden_credit_codes_When_read_Then_the_right_ones_only_are_codes()
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "cn-uscc.json")));
        string[] valid = [.. cases.RootElement.GetProperty("valid").EnumerateArray().Select(@case => @case.GetProperty("code").GetString()!)];
        string[] invalid = [.. cases.RootElement.GetProperty("invalid").EnumerateArray().Select(@case => @case.GetProperty("code").GetString()!)];
        Assert.Equal((30, 10), (valid.Length, invalid.Length));
        Assert.All(valid, code => Assert.Equal(code, CreditCode.Read(code)));
        Assert.All(invalid, code => Assert.Null(CreditCode.Read(code)));
        Assert.All(cases.RootElement.GetProperty("normalise").EnumerateArray(), @case =>
            Assert.Equal(@case.GetProperty("out").GetString(), CreditCode.Read(@case.GetProperty("in").GetString()!)));
        Assert.Equal("11622300013930944B", CreditCode.Read("11622300013930944B")); // of a region that has had another number since 2001
    }

    [Theory]
    [InlineData("91 110000 600037341L", "91110000600037341L")]
    [InlineData("91620100719023721l", "91620100719023721L")]
    [InlineData("91350100M000100Y43", "91350100M000100Y43")]
    [InlineData("91350100M000100Y4Z", null)]
    [InlineData("91620105224521729F", null)]
    [InlineData("9162010522452172", null)]
    [InlineData("91620I05224521729E", null)]
    public void Given_a_credit_code_When_read_Then_its_check_character_decides(string text, string? code) => Assert.Equal(code, CreditCode.Read(text));

    private static Loan Next(Loan loan, DateOnly day) =>
        loan with { Id = Guid.CreateVersion7(), ContractedOn = day, DisbursedOn = day, ContractNumber = $"{day}", Amount = 100_000 };

    private static ServiceDefaults.Refusal? Refused(Loan loan, params Loan[] others) => Check(loan, null, others, 0, Policy, Today);

    private static void AssertStands(Loan loan, params Loan[] others) => Assert.Null(Refused(loan, others));

    private static PolicyParameter Parameter(string code, DateOnly from, decimal value) => new(code, from, 1, value, null, "", null, false, null, default, "test");
}
