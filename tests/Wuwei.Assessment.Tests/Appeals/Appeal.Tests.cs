using Wuwei.Assessment.Appeals;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Appeals;

/// <summary>Who may contest what, until when, and who decides.</summary>
public sealed class AppealTests
{
    // A Tuesday: ten working days later is the fifteenth.
    private static readonly FileAppeal.Contested s_contested = new(Guid.NewGuid(), "office", new(2025, 7, 15), false, "{}", false);

    [Theory]
    [InlineData("its own", "2025-07-15", null)]
    [InlineData("no row", "2025-07-15", "appeal.unknown_row")]
    [InlineData("a day late", "2025-07-16", "appeal.too_late")]
    [InlineData("nobody knows until when", "2025-07-16", null)]
    [InlineData("corrected", "2025-07-15", "appeal.publication_corrected")]
    [InlineData("contested already", "2025-07-15", "appeal.filed_before")]
    public void Given_a_row_When_contested_Then_it_counts_still_in_time_and_once(string what, string day, string? code)
    {
        var contested = what switch
        {
            "no row" => s_contested with { Row = null },
            "corrected" => s_contested with { IsCorrected = true },
            "contested already" => s_contested with { IsFiled = true },
            "nobody knows until when" => s_contested with { Until = null },
            _ => s_contested,
        };
        var draft = new AppealDraft { Publication = 3, Key = $"item.{Liangzhou}.1", Claim = "漏报", Evidence = "台账" };
        FileAppeal.Decide(contested, draft, Liangzhou, "county", Noon, DateOnly.Parse(day, null)).IsRefused(out var refusal, out var appeal);
        Assert.Equal((what, code), (what, refusal?.Code));
        if (appeal is not null)
        {
            Assert.Equal((3, Liangzhou, "office", "county"), (appeal.Publication, appeal.Region, appeal.Author, appeal.FiledBy));
            Assert.Equal(what == "its own" ? new DateOnly(2025, 7, 29) : new(2025, 7, 30), appeal.ReplyDueOn);
        }
    }

    [Theory]
    [InlineData($"item.{Liangzhou}.1", Liangzhou)]
    [InlineData($"unit.{Liangzhou}", Liangzhou)]
    [InlineData("item.education.publicrating", "education")]
    [InlineData("scheme", null)]
    [InlineData("publication", null)]
    [InlineData("unit", null)]
    public void Given_a_key_When_read_Then_it_is_of_a_unit_or_of_nobody(string key, string? unit) => Assert.Equal(unit, FileAppeal.UnitOf(key));

    [Theory]
    [InlineData(AppealState.Filed, "chief", null)]
    [InlineData(AppealState.Filed, "office", "appeal.own_result")]
    [InlineData(AppealState.Rejected, "chief", "appeal.decided")]
    public void Given_an_appeal_When_decided_Then_it_is_once_and_by_another_than_made_the_result(AppealState state, string by, string? code)
    {
        var appeal = new Appeal(
            Guid.NewGuid(), 1, Guid.NewGuid(), null, 3, "unit.620602", "{}", Liangzhou, Liangzhou, "office", state, "漏报", "台账", "county", Noon, null);
        DecideAppeal.Decide(appeal, new() { Accepted = true, Decision = "属实" }, by, Noon).IsRefused(out var refusal, out var next);
        Assert.Equal(code, refusal?.Code);
        Assert.Equal(code is null ? (2, AppealState.Accepted, by) : default, next is null ? default : (next.Revision, next.State, next.DecidedBy));
    }
}
