using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox.Idempotency;
using Wuwei.Register;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Training.CertifiedTrainings;

public static class RecordCertifiedTraining
{
    public static readonly Refusal InFuture = Refusal.Invalid("training.in_future", "发证日期不能晚于今天。", "/certifiedOn");

    public static readonly Refusal FinishedBeforeStart = Refusal.Invalid("training.finished_before_start", "结业日期不能早于开班日期。", "/finishedOn");

    public static readonly Refusal CertifiedBeforeFinish = Refusal.Invalid("training.certified_before_finish", "发证日期不能早于结业日期。", "/certifiedOn");

    public static readonly Refusal TooYoung = Refusal.Invalid("training.too_young", "开班时未达到参加培训的最低年龄。", "/person/nationalId");

    public static readonly Refusal TooManyHours = Refusal.Invalid("training.too_many_hours", "课时数超过起止日期内每天最多课时之和，请核对。", "/hours");

    public static readonly Refusal CertificateTaken = new("training.certificate_taken", "这个证书编号已登记。", Pointer: "/certificateNumber");

    // These say nothing of where the other training is recorded: it may be another county's.
    public static readonly Refusal CertifiedBefore = new("training.certified_before", "该人员已有同一职业（工种）同一等级的培训记录。", Pointer: "/occupation");

    public static readonly Refusal LowerAfterHigher = new("training.lower_after_higher", "同一职业（工种）取得较高等级后，不能再登记较低等级。", Pointer: "/level");

    public static readonly Refusal TooManyInYear = new("training.too_many_in_year", "该人员该年度享受补贴的培训次数已达上限。", Pointer: "/certifiedOn");

    public static readonly Refusal Overlap = new("training.overlap", "该人员在这段时间已有另一项培训。", Pointer: "/startedOn");

    public static void Map(IEndpointRouteBuilder trainings)
    {
        trainings.MapPut("/{id:guid}", HandleAsync)
            .WithName(nameof(RecordCertifiedTraining))
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        trainings.MapPost("/batch", HandleBatchAsync).WithIdempotencyKey().WithName("RecordCertifiedTrainings");
    }

    /// <summary>Records a training that a person finished and was certified for, or corrects it (If-Match). The same again changes nothing.</summary>
    /// <remarks>
    /// One person-time (人次) of indicator 10, counted in the region on the day of the certificate. Of a person: each
    /// occupation and level once ever (409 training.certified_before), no lower level of an occupation after a higher one
    /// (409 training.lower_after_higher), no more subsidised ones a calendar year than the parameter training.most_per_year
    /// says (409 training.too_many_in_year), and no two at a time (409 training.overlap); in whatever county the others are
    /// recorded, which is not told. A certificate's number is recorded once (409 training.certificate_taken). What can never
    /// be right is 422: days in the wrong order or to come, more hours than the days hold, a person too young, and codes of
    /// person.* for the identity number, name and phone. Source: the rules in force as policy parameters, each with its
    /// document and whether somebody has verified it.
    /// </remarks>
    /// <param name="id">Chosen by the caller, a UUID.</param>
    internal static async Task<Results<Ok<CertifiedTrainingShown>, Created<CertifiedTrainingShown>, ProblemHttpResult>> HandleAsync(
        Guid id, CertifiedTrainingForm form, Caller caller, TrainingRegister register, PersonalDataProtector protector, TimeProvider clock,
        HttpContext http, CancellationToken cancellation)
    {
        if (form.Read(id, protector, clock.Today()).IsRefused(out var refusal, out var training))
        {
            return refusal.ToProblem();
        }

        var outcome = await register.ApplyAsync(new(id, training.Locks, _ => training, http.IfMatch), caller, cancellation);
        return Answers.Of(outcome, http, CertifiedTrainingShown.Of, CertifiedTrainingShown.LinkOf(id));
    }

    /// <summary>Records or corrects up to 500 trainings. Each is decided by the same rules; those accepted are stored together.</summary>
    internal static async Task<Ok<BatchAnswer>> HandleBatchAsync(
        Batch<CertifiedTrainingForm> batch, OnceOnly once, Caller caller, TrainingRegister register, PersonalDataProtector protector, TimeProvider clock,
        CancellationToken cancellation) => await register.ApplyBatchAsync(
            batch,
            item => item.Record.Read(item.Id, protector, clock.Today()).IsRefused(out var refusal, out var training)
                ? refusal
                : new Change<CertifiedTraining>(item.Id, training.Locks, _ => training, item.IfRevision),
            once,
            caller,
            cancellation);

    /// <summary>
    /// The rule: no more hours than the days hold, each occupation and level once, no step down, no more subsidised ones a year than the figure in force, no
    /// two at a time. It looks at the days of the trainings, not at the order they are recorded in.
    /// </summary>
    /// <param name="others">Other trainings that count, of the same person or with the same certificate number, in any county.</param>
    internal static Refusal? Check(
        CertifiedTraining training, IReadOnlyCollection<CertifiedTraining> others, PolicyParameters policy, DateOnly today)
    {
        var day = training.CertifiedOn;
        var persons = others.Where(other => other.Person.Key == training.Person.Key).ToArray();
        return day > today ? InFuture
            : training.FinishedOn < training.StartedOn ? FinishedBeforeStart
            : day < training.FinishedOn ? CertifiedBeforeFinish
            : training.Person.NationalId.AgeOn(training.StartedOn) < policy.Value(YoungestAge, day) ? TooYoung
            : training.Hours > training.Days * (policy.Value(MostHoursADay, day) ?? 24) ? TooManyHours
            : others.Any(other => other.CertificateNumber == training.CertificateNumber) ? CertificateTaken
            : persons.Any(other => (other.Occupation, other.Level) == (training.Occupation, training.Level)) ? CertifiedBefore
            : persons.Any(other => training.IsFollowedByLower(other) || other.IsFollowedByLower(training)) ? LowerAfterHigher
            : training.Subsidised && persons.Count(other => other.Subsidised && other.CertifiedOn.Year == day.Year) >= policy.Value(MostPerYear, day) ? TooManyInYear
            : persons.Count(training.Overlaps) >= policy.Value(MostAtOnce, day) ? Overlap
            : null;
    }

    internal const string YoungestAge = "training.youngest_age";
    internal const string MostHoursADay = "training.most_hours_a_day";
    internal const string MostPerYear = "training.most_per_year";
    internal const string MostAtOnce = "training.most_at_once";
}
