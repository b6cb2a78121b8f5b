using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox.Idempotency;
using Wuwei.Register;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.LabourTransfer.Departures;

public static class RecordDeparture
{
    public static readonly Refusal InFuture = Refusal.Invalid("departure.in_future", "外出日期不能晚于今天。", "/departedOn");

    public static readonly Refusal ReturnInFuture = Refusal.Invalid("departure.return_in_future", "返回日期不能晚于今天。", "/returnedOn");

    public static readonly Refusal ReturnBeforeDeparture = Refusal.Invalid(
        "departure.return_before_departure", "返回日期不能早于外出日期。", "/returnedOn");

    public static readonly Refusal TooYoung = Refusal.Invalid("departure.too_young", "外出时未达到法定最低就业年龄。", "/person/nationalId");

    public static readonly Refusal ImplausibleIncome = Refusal.Invalid("departure.implausible_income", "月收入超出合理范围，请核对。", "/monthlyIncome");

    /// <summary>Says nothing of where the other one is recorded: it may be another county's.</summary>
    public static readonly Refusal Overlap = new(
        "departure.overlap", "该人员在这段时间已有外出务工记录；须先登记上一次返回，且返回日期不晚于本次外出日期。", Pointer: "/departedOn");

    public static void Map(IEndpointRouteBuilder departures)
    {
        departures.MapPut("/{id:guid}", HandleAsync)
            .WithName(nameof(RecordDeparture))
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        departures.MapPost("/batch", HandleBatchAsync).WithIdempotencyKey().WithName("RecordDepartures");
    }

    /// <summary>Records a worker's departure, or corrects it (If-Match). The same again changes nothing.</summary>
    /// <remarks>
    /// Counts for indicator 6 in the home region and the year of departure; a person once a year, however often they leave.
    /// Nobody is away twice at a time, in whatever county the other departure is recorded, which is not told (409
    /// departure.overlap): record the return first, or send returnedOn. Income is in yuan a month. What can never be right
    /// is 422: days in the wrong order or to come, unknown regions or destinations, someone below the age of employment, an
    /// income outside the band of the parameters, and codes of person.* for the identity number, name and phone. Years
    /// before records by name take historic totals (422 register.before_real_name_records). Source: the rules in force as
    /// policy parameters, each with its document and whether somebody has verified it.
    /// </remarks>
    /// <param name="id">Chosen by the caller, a UUID.</param>
    internal static async Task<Results<Ok<DepartureShown>, Created<DepartureShown>, ProblemHttpResult>> HandleAsync(
        Guid id, DepartureForm form, Caller caller, DepartureRegister register, PersonalDataProtector protector, TimeProvider clock,
        HttpContext http, CancellationToken cancellation)
    {
        if (form.Read(id, protector, clock.Today()).IsRefused(out var refusal, out var departure))
        {
            return refusal.ToProblem();
        }

        var outcome = await register.ApplyAsync(new(id, departure.Locks, _ => departure, http.IfMatch), caller, cancellation);
        return Answers.Of(outcome, http, DepartureShown.Of, DepartureShown.LinkOf(id));
    }

    /// <summary>Records or corrects up to 500 departures. Each is decided by the same rules; those accepted are stored together.</summary>
    internal static async Task<Ok<BatchAnswer>> HandleBatchAsync(
        Batch<DepartureForm> batch, OnceOnly once, Caller caller, DepartureRegister register, PersonalDataProtector protector, TimeProvider clock,
        CancellationToken cancellation) => await register.ApplyBatchAsync(
            batch,
            item => item.Record.Read(item.Id, protector, clock.Today()).IsRefused(out var refusal, out var departure)
                ? refusal
                : new Change<Departure>(item.Id, departure.Locks, _ => departure, item.IfRevision),
            once,
            caller,
            cancellation);

    /// <summary>The rule: nobody leaves tomorrow, before 16, or while away already.</summary>
    /// <param name="others">The person's other departures that count, in any county.</param>
    internal static Refusal? Check(Departure departure, IEnumerable<Departure> others, PolicyParameters policy, DateOnly today)
    {
        var day = departure.DepartedOn;
        return day > today ? InFuture
            : departure.ReturnedOn > today ? ReturnInFuture
            : departure.ReturnedOn < day ? ReturnBeforeDeparture
            : departure.Person.NationalId.AgeOn(day) < policy.Value(YoungestAge, day) ? TooYoung
            : departure.MonthlyIncome < policy.Value(LowestIncome, day) ? ImplausibleIncome
            : departure.MonthlyIncome > policy.Value(HighestIncome, day) ? ImplausibleIncome
            : others.Any(departure.Overlaps) ? Overlap
            : null;
    }

    internal const string YoungestAge = "labour_transfer.youngest_age";
    internal const string LowestIncome = "labour_transfer.lowest_monthly_income";
    internal const string HighestIncome = "labour_transfer.highest_monthly_income";
}
