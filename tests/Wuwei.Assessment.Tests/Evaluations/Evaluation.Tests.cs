using Wuwei.Assessment.Evaluations;
using Wuwei.Assessment.Schemes;
using Wuwei.ServiceDefaults;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Evaluations;

/// <summary>Who may take an assessment further, and when.</summary>
public sealed class EvaluationTests
{
    private static readonly DateOnly s_day = new(2025, 7, 2);
    private static readonly Signed s_county = new("county", Noon), s_office = new("office", Noon), s_chief = new("chief", Noon);

    private static readonly Evaluation s_opened = new(
        "midterm-2023", 1, EvaluationKind.MidTerm, "中期评估", "plan-12", 1, "2023-12", s_day.AddDays(10), EvaluationStage.HandedDown, null, null, null,
        [new(EvaluationStage.HandedDown, "office", Noon)]);

    private static readonly Evaluation s_scored = s_opened.To(EvaluationStage.Scored, "office", Noon) with { Proposal = Guid.NewGuid() };
    private static readonly Evaluation s_noticed = s_scored.To(EvaluationStage.Noticed, "office", Noon) with { NoticeUntil = s_day };

    private static readonly Sheet s_sheet = new("midterm-2023", Minqin, "民勤县", Minqin, 1, [LineOf("1"), LineOf("5")]);
    private static readonly Sheet s_assessed = s_sheet with { SelfAssessed = s_county, Lines = [LineOf("1") with { Reported = 130, Evidence = "台账" }, LineOf("5") with { Evidence = "无" }] };
    private static readonly Dictionary<string, decimal> s_known = new() { ["1"] = 100 };

    [Theory]
    [InlineData(EvaluationKind.MidTerm, "2023-06", null)]
    [InlineData(EvaluationKind.MidTerm, "2024-06", "evaluation.bad_period")]
    [InlineData(EvaluationKind.Final, "2025-12", null)]
    [InlineData(EvaluationKind.Final, "2024-12", "evaluation.bad_period")]
    [InlineData(EvaluationKind.Annual, "2022-12", null)]
    [InlineData(EvaluationKind.Annual, "2022-11", "evaluation.bad_period")]
    public void Given_a_kind_of_assessment_When_opened_Then_its_month_is_the_plans(EvaluationKind kind, string period, string? code)
    {
        var draft = new EvaluationDraft { Kind = kind, Name = "评估", Period = period, SelfAssessBy = s_day };
        OpenEvaluation.Decide("x", draft, null, Scheme(Flow), Month(period), "office", Noon, s_day).IsRefused(out var refusal, out _);
        Assert.Equal(code, refusal?.Code);
        OpenEvaluation.Decide("x", draft with { SelfAssessBy = s_day.AddDays(-1) }, null, Scheme(Flow), Month(period), "office", Noon, s_day).IsRefused(out refusal, out _);
        Assert.Equal(code ?? "evaluation.due_in_the_past", refusal?.Code);
    }

    public static TheoryData<string, string[], string?> Assessments => new()
    {
        { "all", ["5", "1"], null },
        { "one missing", ["1"], "evaluation.lines_missing" },
        { "one twice", ["1", "1"], "evaluation.item_twice" },
        { "one unknown", ["1", "7"], "evaluation.unknown_item" },
        { "checked before", ["1", "5"], "evaluation.checked_before" },
    };

    [Theory, MemberData(nameof(Assessments))]
    public void Given_a_sheet_When_the_unit_assesses_itself_Then_it_is_every_item_and_before_the_check(string what, string[] items, string? code)
    {
        var sheet = what == "checked before" ? s_assessed with { DataChecked = s_office } : s_sheet;
        var assessment = new SelfAssessment { Lines = [.. items.Select(item => new StatedValue { Item = item, Value = item == "1" ? 130 : null, Evidence = "台账" })] };
        AssessSelf.Decide(s_opened, sheet, assessment, s_county).IsRefused(out var refusal, out var next);
        Assert.Equal(code, refusal?.Code);
        Assert.Equal(code is null ? [130m, null] : null, next?.Lines.Select(line => line.Reported));
    }

    public static TheoryData<string, string?> DataChecks => new()
    {
        { "the difference is said", null },
        { "the difference is silent", "evaluation.finding_missing" },
        { "not assessed, in time", "evaluation.not_self_assessed" },
        { "not assessed, too late", null },
        { "by who assessed", "evaluation.own_self_assessment" },
        { "inspected before", "evaluation.inspected_before" },
        { "scored before", "evaluation.not_open" },
    };

    [Theory, MemberData(nameof(DataChecks))]
    public void Given_two_values_When_the_data_are_checked_Then_a_difference_needs_a_word_of_somebody_else(string what, string? code)
    {
        var sheet = what switch
        {
            "not assessed, in time" or "not assessed, too late" => s_sheet,
            "inspected before" => s_assessed with { DataChecked = s_office, FieldChecked = s_chief },
            _ => s_assessed,
        };
        var check = new DataCheck { Lines = what == "the difference is said" ? [new() { Item = "1", Finding = Finding.SystemStands, Note = "以系统为准" }] : [] };
        var today = what == "not assessed, too late" ? s_opened.SelfAssessBy.AddDays(1) : s_day;
        CheckData.Decide(what == "scored before" ? s_scored : s_opened, sheet, check, s_known, what == "by who assessed" ? s_county : s_office, today)
            .IsRefused(out var refusal, out var next);
        Assert.Equal(code, refusal?.Code);
        Assert.Equal(code is null, next?.IsComplete is true);
    }

    public static TheoryData<string, SheetStep, string?> Returns => new()
    {
        { "checked", SheetStep.DataCheck, null },
        { "inspected", SheetStep.DataCheck, null },
        { "inspected", SheetStep.SelfAssessment, null },
        { "assessed", SheetStep.SelfAssessment, null },
        { "assessed", SheetStep.DataCheck, "evaluation.nothing_to_return" },
        { "blank", SheetStep.SelfAssessment, "evaluation.nothing_to_return" },
        { "scored", SheetStep.DataCheck, "evaluation.not_open" },
    };

    [Theory, MemberData(nameof(Returns))]
    public void Given_a_sheet_When_returned_Then_that_step_and_those_after_it_are_done_again(string what, SheetStep to, string? code)
    {
        var sheet = what switch
        {
            "blank" => s_sheet,
            "assessed" => s_assessed,
            "inspected" => s_assessed with
            {
                DataChecked = s_office,
                FieldChecked = s_chief,
                Lines = [.. s_assessed.Lines.Select(line => line with { Known = 1, Finding = Finding.FieldCheck, CheckNote = "不符", Found = 2, FieldEvidence = "台账" })],
            },
            _ => s_assessed with { DataChecked = s_office },
        };
        ReturnSheet.Decide(what == "scored" ? s_scored : s_opened, sheet, new() { To = to, Reason = "重报" }, s_office, s_day).IsRefused(out var refusal, out var next);
        Assert.Equal(code, refusal?.Code);
        if (next is null)
        {
            return;
        }

        Assert.Equal((sheet.Revision + 1, false), (next.Revision, next.IsComplete));
        Assert.Null(next.DataChecked);
        Assert.Null(next.FieldChecked);
        Assert.Equal(to is SheetStep.SelfAssessment ? s_sheet.Lines : s_assessed.Lines, next.Lines);
        Assert.Equal(to is SheetStep.SelfAssessment ? null : s_county, next.SelfAssessed);
        // The unit has as long as it had, and is waited for.
        Assert.Equal(to is SheetStep.SelfAssessment ? s_opened.SelfAssessBy : (DateOnly?)null, next.Returned?.AnswerBy);
        CheckData.Decide(s_opened, next, new() { Lines = [new() { Item = "1", Finding = Finding.SystemStands, Note = "以系统为准" }] }, s_known, s_office, s_day).IsRefused(out refusal, out _);
        Assert.Equal(to is SheetStep.SelfAssessment ? "evaluation.not_self_assessed" : null, refusal?.Code);
    }

    [Fact]
    public void Given_a_sheet_returned_on_the_last_day_When_checked_Then_the_unit_has_five_working_days_more()
    {
        var late = s_opened.SelfAssessBy.AddDays(20);
        Assert.False(ReturnSheet.Decide(s_opened, s_assessed, new() { To = SheetStep.SelfAssessment, Reason = "重报" }, s_office, late).IsRefused(out _, out var next));
        Assert.Equal(new DateOnly(2025, 8, 8), next.Returned?.AnswerBy); // a Friday: it was returned on the Friday before
        Decision<Sheet> Check(DateOnly today) => CheckData.Decide(s_opened, next, new() { Lines = [] }, s_known, s_office, today);
        Assert.True(Check(new(2025, 8, 8)).IsRefused(out _, out _));
        Assert.False(Check(new(2025, 8, 9)).IsRefused(out _, out _));
    }

    [Theory]
    [InlineData("武就发〔2024〕3号", 2024, null)]
    [InlineData("武就发〔2024〕3号", 2025, "evaluation.document_of_another_year")]
    [InlineData("武就发[2024]3号", 2024, "evaluation.bad_document_number")]
    [InlineData("武就发〔2024〕03号", 2024, "evaluation.bad_document_number")]
    [InlineData("武就发〔2024〕3号\n", 2024, "evaluation.bad_document_number")]
    public void Given_a_document_number_When_set_Then_it_is_as_official_documents_have_it(string number, int year, string? code)
    {
        var letterhead = new Letterhead { Issuer = "武威市就业工作领导小组", Number = number, IssuedOn = new(year, 3, 1) };
        SetLetterhead.Decide(s_scored, letterhead).IsRefused(out var refusal, out var next);
        Assert.Equal(code, refusal?.Code);
        Assert.Equal(code is null ? letterhead : null, next?.Letterhead);
    }

    [Theory]
    [InlineData("office", "1", "evaluation.own_data_check")]
    [InlineData("chief", "5", "evaluation.field_lines_missing")]
    [InlineData("chief", "1", null)]
    public void Given_a_value_sent_to_the_spot_When_it_is_looked_at_Then_it_is_by_another_person_and_it_is_that_value(string by, string item, string? code)
    {
        var sheet = s_assessed with { DataChecked = s_office, Lines = [s_assessed.Lines[0] with { Finding = Finding.FieldCheck }, s_assessed.Lines[1]] };
        var check = new FieldCheck { Lines = [new() { Item = item, Value = 130, Evidence = "台账" }] };
        CheckField.Decide(s_opened, sheet, check, new(by, Noon)).IsRefused(out var refusal, out var next);
        Assert.Equal(code, refusal?.Code);
        Assert.False(sheet.IsComplete);
        if (next is not null)
        {
            // What was found is not what the system knows: it is not scored before it is.
            Assert.Equal("evaluation.finding_open", ScoreEvaluation.Refuses(s_opened, [next], _ => s_known, new(0, 0))?.Code);
            Assert.Null(ScoreEvaluation.Refuses(s_opened, [next], _ => new Dictionary<string, decimal> { ["1"] = 130 }, new(0, 0)));
        }
    }

    [Fact]
    public void Given_a_stage_When_scored_noticed_and_approved_Then_each_follows_the_one_before()
    {
        var complete = s_assessed with { DataChecked = s_office };
        Refusal? Scores(Evaluation evaluation, Sheet sheet, long unanswered = 0) => ScoreEvaluation.Refuses(evaluation, [sheet], _ => s_known, new(0, unanswered));
        Assert.Equal("evaluation.sheets_open", Scores(s_opened, s_assessed)?.Code);
        Assert.Null(Scores(s_opened, complete));
        Assert.Null(Scores(s_scored, complete));
        Assert.Equal("evaluation.nothing_to_score", Scores(s_noticed, complete)?.Code);
        Assert.Null(Scores(s_noticed, complete, unanswered: 1));
        Assert.Equal("evaluation.closed", Scores(s_noticed.To(EvaluationStage.Approved, "chief", Noon), complete, unanswered: 1)?.Code);

        Assert.True(NoticeEvaluation.Decide(s_opened, "office", Noon, s_day).IsRefused(out var refusal, out _));
        Assert.Equal("evaluation.not_scored", refusal.Code);
        Assert.False(NoticeEvaluation.Decide(s_scored, "office", Noon, s_day).IsRefused(out _, out var noticed));
        Assert.Equal((EvaluationStage.Noticed, new DateOnly(2025, 7, 9)), (noticed.Stage, noticed.NoticeUntil));
        // Nobody knows the holidays of that year yet.
        Assert.True(NoticeEvaluation.Decide(s_scored, "office", Noon, new(2030, 7, 2)).IsRefused(out _, out _));
    }

    [Theory]
    [InlineData("chief", 1, 0, 0, null)]
    [InlineData("chief", 1, 0, 0, "evaluation.scheme_not_approved", false)]
    [InlineData("chief", 0, 0, 0, "evaluation.notice_not_over")]
    [InlineData("chief", 1, 1, 0, "evaluation.appeals_open")]
    [InlineData("chief", 1, 0, 1, "evaluation.appeals_unanswered")]
    [InlineData("office", 1, 0, 0, "evaluation.own_scoring")]
    public void Given_a_result_on_notice_When_approved_Then_it_is_after_it_by_another_and_without_open_appeals(string by, int later, int open, int unanswered, string? code, bool isSchemeApproved = true)
    {
        var scheme = isSchemeApproved ? new SchemeApproval("plan-12", 1, "纪要", "chief", Noon) : null;
        ApproveEvaluation.Decide(s_noticed, new(open, unanswered), scheme, "纪要", by, Noon, s_day.AddDays(later)).IsRefused(out var refusal, out var next);
        Assert.Equal(code, refusal?.Code);
        Assert.Equal(code is null ? EvaluationStage.Approved : null, next?.Stage);
        Assert.True(ApproveEvaluation.Decide(s_scored, new(0, 0), scheme, "纪要", "chief", Noon, s_day).IsRefused(out refusal, out _));
        Assert.Equal("evaluation.not_noticed", refusal.Code);
    }

    [Fact]
    public void Given_what_is_to_be_put_right_When_reported_and_reviewed_Then_each_is_once_and_by_another()
    {
        var published = s_noticed.To(EvaluationStage.Published, "chief", Noon) with { Publication = 1 };
        var requirement = new Requirement { Unit = Minqin, Item = "1", Text = "补登", DueOn = s_day.AddDays(30) };
        Assert.False(RequireRectification.Decide(published, s_sheet, requirement, "office", Noon, s_day).IsRefused(out _, out var required));
        foreach (var (evaluation, changed, code) in new[]
        {
            (s_noticed, requirement, "evaluation.not_published"),
            (published, requirement with { Item = "7" }, "evaluation.unknown_item"),
            (published, requirement with { DueOn = s_day }, "rectification.due_in_the_past"),
        })
        {
            Assert.True(RequireRectification.Decide(evaluation, s_sheet, changed, "office", Noon, s_day).IsRefused(out var refused, out _));
            Assert.Equal(code, refused.Code);
        }

        Assert.Equal(ReportRectification.NotReported, Refused(ReportRectification.Review(required, new() { Accepted = true, Review = "好" }, "office", Noon)));
        Assert.False(ReportRectification.Report(required, new() { Text = "已补", Evidence = "表" }, "county", Noon).IsRefused(out _, out var reported));
        Assert.Equal(ReportRectification.NotRequired, Refused(ReportRectification.Report(reported, new() { Text = "再补", Evidence = "表" }, "county", Noon)));
        Assert.Equal(ReportRectification.OwnReport, Refused(ReportRectification.Review(reported, new() { Accepted = true, Review = "好" }, "county", Noon)));
        Assert.False(ReportRectification.Review(reported, new() { Accepted = false, Review = "不全" }, "office", Noon).IsRefused(out _, out var returned));
        Assert.Equal((RectificationState.Required, "不全"), (returned.State, returned.Review));
    }

    private static Refusal? Refused(Decision<Rectification> decision) => decision.IsRefused(out var refusal, out _) ? refusal : null;

    private static SheetLine LineOf(string item) => new(item, $"第 {item} 项", "人", 1, 100, "≥");
}
