using System.Text.Json;
using Wuwei.Assessment.Scores;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>Which of the plan's assessments it is (规划四（三）: 中期和最终评估).</summary>
public enum EvaluationKind
{
    /// <summary>中期评估: of a month of the plan's middle year.</summary>
    MidTerm,

    /// <summary>最终评估: of the plan's last December.</summary>
    Final,

    /// <summary>年度考核: of any December.</summary>
    Annual,
}

/// <summary>How far an assessment has come. Sheets are self-assessed, checked and inspected while it is handed down.</summary>
public enum EvaluationStage { HandedDown, Scored, Noticed, Approved, Published }

/// <summary>A step that somebody took.</summary>
/// <param name="Stage">Where it led; back to <c>handed-down</c> when a result was rejected.</param>
/// <param name="Note">On what grounds, e.g. the minutes of the meeting that approved it.</param>
public sealed record EvaluationStep(EvaluationStage Stage, string By, DateTimeOffset At, string? Note = null);

/// <summary>A whole assessment: targets handed down, self-assessment, checks, scoring, public notice, appeals, approval, publication, rectification.</summary>
/// <param name="Period">The month it assesses, plan to date.</param>
/// <param name="SelfAssessBy">Units assess themselves by then; afterwards the data are checked without.</param>
/// <param name="Proposal">The snapshot that is scored, on notice, approved or published.</param>
/// <param name="NoticeUntil">Last day on which it is on notice and may be contested.</param>
/// <param name="Publication">Number of its publication.</param>
/// <param name="Steps">The first one first; who took which is what separates duties.</param>
/// <param name="Letterhead">Under which head its report is issued; null: not said yet.</param>
public sealed record Evaluation(
    string Id, int Revision, EvaluationKind Kind, string Name, string Scheme, int SchemeVersion, string Period, DateOnly SelfAssessBy,
    EvaluationStage Stage, Guid? Proposal, DateOnly? NoticeUntil, long? Publication, IReadOnlyList<EvaluationStep> Steps, Letterhead? Letterhead = null)
{
    public static readonly Refusal Unknown = new("evaluation.unknown", "没有这次评估，或没有该单位的评估表。", StatusCodes.Status404NotFound);

    /// <summary>Its last scoring; null: none yet.</summary>
    internal EvaluationStep? Scoring => Steps.LastOrDefault(step => step.Stage is EvaluationStage.Scored);

    internal string? ScoredBy => Scoring?.By;

    /// <summary>Its scores: by the version of the scheme that was handed down.</summary>
    internal ScoreQuestion Question => Wuwei.ServiceDefaults.Period.TryParse(Period, out var month)
        ? new(month, Scheme, null) { Version = SchemeVersion }
        : throw new InvalidOperationException($"'{Period}' is no month.");

    internal Evaluation To(EvaluationStage stage, string by, DateTimeOffset at, string? note = null) =>
        this with { Revision = Revision + 1, Stage = stage, Steps = [.. Steps, new(stage, by, at, note)] };
}

/// <summary>Reads and writes assessments.</summary>
internal static class EvaluationStore
{
    /// <summary>One step of an assessment at a time, and no appeal meanwhile. Lock in one statement, read in the next.</summary>
    public static Task LockAsync(UnitOfWork work, string id) =>
        work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('evaluation:' || @id, 0))", new { id });

    public static async Task<Evaluation?> FindAsync(UnitOfWork work, string id) =>
        (await work.FindAsync<Stored>($"{Sql} where evaluation_id = @id", new { id }))?.ToEvaluation();

    /// <summary>All, the latest period first.</summary>
    public static async Task<IReadOnlyList<Evaluation>> ListAsync(UnitOfWork work) =>
        [.. (await work.ListAsync<Stored>($"{Sql} order by month desc, evaluation_id")).Select(stored => stored.ToEvaluation())];

    public static void Insert(UnitOfWork work, Evaluation evaluation, DateOnly month) => work.Write(
        """
        insert into evaluation (evaluation_id, revision, kind, name, scheme, scheme_version, month, self_assess_by, stage, steps)
        values (@Id, @Revision, @Kind, @Name, @Scheme, @SchemeVersion, @month, @SelfAssessBy, @Stage, @Steps::jsonb)
        """,
        new
        {
            evaluation.Id,
            evaluation.Revision,
            Kind = Code(evaluation.Kind),
            evaluation.Name,
            evaluation.Scheme,
            evaluation.SchemeVersion,
            month,
            evaluation.SelfAssessBy,
            Stage = Code(evaluation.Stage),
            Steps = JsonSerializer.Serialize(evaluation.Steps, Json.Options),
        });

    /// <summary>Queues the next step and its entry in the audit trail.</summary>
    public static void Write(UnitOfWork work, Caller caller, Evaluation before, Evaluation next)
    {
        work.Write(
            """
            update evaluation
            set revision = @Revision, stage = @Stage, proposal_id = @Proposal, notice_until = @NoticeUntil, publication = @Publication, steps = @Steps::jsonb,
                letterhead = @Letterhead::jsonb
            where evaluation_id = @Id
            """,
            new
            {
                next.Id,
                next.Revision,
                Stage = Code(next.Stage),
                next.Proposal,
                next.NoticeUntil,
                next.Publication,
                Steps = JsonSerializer.Serialize(next.Steps, Json.Options),
                Letterhead = next.Letterhead is null ? null : JsonSerializer.Serialize(next.Letterhead, Json.Options),
            });
        var action = next.Steps.Count == before.Steps.Count ? "headed" : Code(next.Stage).Replace('-', '_');
        work.Audit(caller, new Act($"evaluation.{action}", $"evaluations/{next.Id}", before, next));
    }

    private static string Code<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private sealed record Stored(
        string Id, int Revision, EvaluationKind Kind, string Name, string Scheme, int SchemeVersion, string Period, DateOnly SelfAssessBy,
        EvaluationStage Stage, Guid? Proposal, DateOnly? NoticeUntil, long? Publication, string Steps, string? Letterhead)
    {
        public Evaluation ToEvaluation() => new(
            Id, Revision, Kind, Name, Scheme, SchemeVersion, Period, SelfAssessBy, Stage, Proposal, NoticeUntil, Publication,
            JsonSerializer.Deserialize<EvaluationStep[]>(Steps, Json.Options)!,
            Letterhead is null ? null : JsonSerializer.Deserialize<Letterhead>(Letterhead, Json.Options));
    }

    private const string Sql = """
        select evaluation_id as id, revision, replace(kind, '-', '') as kind, name, scheme, scheme_version, to_char(month, 'YYYY-MM') as period,
               self_assess_by, replace(stage, '-', '') as stage, proposal_id as proposal, notice_until, publication, steps::text as steps,
               letterhead::text as letterhead
        from evaluation
        """;
}
