using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Validation;
using Wuwei.Contracts.Facts;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register;

/// <summary>What a record says to the ledger.</summary>
/// <param name="RecordId">The record's path in its service.</param>
/// <param name="Measure">What is counted.</param>
/// <param name="Revision">The highest one counts.</param>
/// <param name="Region">Where it counts.</param>
/// <param name="EventDate">When it counts.</param>
/// <param name="Quantity">In the measure's unit; null: withdrawn.</param>
public sealed record RecordedFact(string RecordId, string Measure, int Revision, string Region, DateOnly EventDate, decimal? Quantity)
{
    internal static IReadOnlyList<RecordedFact> Of(Registered record) => [.. record.Facts.Select(Of)];

    internal static RecordedFact Of(Fact fact) =>
        new(fact.RecordId, fact.Measure, fact.Revision, fact.Region, fact.EventDate, fact.Quantity);
}

/// <summary>Why a record is to count no more.</summary>
public sealed record Cancellation
{
    /// <summary>Shown to whoever reads the record.</summary>
    [Required(ErrorMessage = "请填写撤销原因。"), TextLength(200, MinimumLength = 1, ErrorMessage = "撤销原因须为 1 到 200 个字。")]
    public required string Reason { get; init; }
}

/// <summary>Up to 500 records at once.</summary>
public sealed record Batch<TItem> : IValidatableObject where TItem : class
{
    public const int MaxItems = 500;

    /// <summary>Decided in this order, each by the rules for one record; those refused do not keep the others back.</summary>
    [MinLength(1, ErrorMessage = "一批至少 1 条。"), MaxLength(MaxItems, ErrorMessage = "一批最多 500 条。")]
    public required IReadOnlyList<BatchEntry<TItem>> Items { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Gaps.In(Items, nameof(Items));
}

#pragma warning disable ASP0029 // SkipValidation is still called experimental; items are checked one by one below.
/// <summary>One record of a batch.</summary>
public sealed record BatchEntry<TItem> where TItem : class
{
    /// <summary>Chosen by the caller, a UUID; sending it twice has the effect of sending it once.</summary>
    public required Guid Id { get; init; }

    /// <summary>The revision that this corrects; absent for a new record.</summary>
    public int? Revision { get; init; }

    /// <summary>As it would be sent on its own.</summary>
    [SkipValidation] public required TItem Record { get; init; }
}

#pragma warning restore ASP0029

/// <summary>What became of a batch.</summary>
/// <param name="Accepted">Items created, corrected or unchanged.</param>
/// <param name="Refused">Items that a rule refused; nothing of these is stored.</param>
/// <param name="Results">One for each item, in their order.</param>
public sealed record BatchAnswer(int Accepted, int Refused, IReadOnlyList<BatchResult> Results);

/// <summary>What became of one item.</summary>
/// <param name="Revision">The record's revision now; null when refused.</param>
/// <param name="Code">Why it was refused: a stable code.</param>
/// <param name="Title">Why it was refused, in a sentence.</param>
/// <param name="Pointer">JSON pointer into the item's record, when one member is at fault.</param>
/// <param name="Beside">Another item of the batch that was accepted and has the same person or number.</param>
public sealed record BatchResult(Guid Id, ChangeStatus Status, int? Revision, string? Code, string? Title, string? Pointer, Guid? Beside);

/// <summary>How the registers answer.</summary>
internal static class Answers
{
    /// <summary>The record as it is now, with its tag; 201 when it is new; or why not.</summary>
    public static Results<Ok<TShown>, Created<TShown>, ProblemHttpResult> Of<TRecord, TShown>(
        Outcome<TRecord> outcome, HttpContext http, Func<TRecord, TShown> show, string link) where TRecord : Registered
    {
        if (outcome is not { Refusal: null, Record: { } record })
        {
            return outcome.Refusal!.ToProblem();
        }

        http.Response.Headers.ETag = ETags.Of(record.Revision);
        return outcome.Status is ChangeStatus.Created ? TypedResults.Created(link, show(record)) : TypedResults.Ok(show(record));
    }

    /// <summary>The record; or that the caller has it already, or that there is none.</summary>
    public static async Task<Results<Ok<TShown>, StatusCodeHttpResult, ProblemHttpResult>> ReadAsync<TRecord, TShown>(
        this Register<TRecord> register, Guid id, Func<TRecord, TShown> show, Caller caller, HttpContext http, CancellationToken cancellation)
        where TRecord : Registered =>
        await register.FindAsync(id, caller, cancellation) is not { } record ? register.NotFound.ToProblem()
            : http.IsNotModified(ETags.Of(record.Revision)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(show(record));

    extension<TRecord>(Register<TRecord> register) where TRecord : Registered
    {
        /// <summary>Makes a change once, however often it is asked for by the same name, and answers it.</summary>
        public async Task<Results<Ok<TShown>, Created<TShown>, ProblemHttpResult>> ApplyOnceAsync<TShown>(
            Change<TRecord> change, OnceOnly once, Caller caller, HttpContext http, Func<TRecord, TShown> show, string link, CancellationToken cancellation)
        {
            return Answer(await register.ApplyAsync(change, caller, cancellation, new(once, outcomes => Answer(outcomes[0]))));

            Results<Ok<TShown>, Created<TShown>, ProblemHttpResult> Answer(Outcome<TRecord> outcome) => Of(outcome, http, show, link);
        }

        /// <summary>Decides the items of a batch in their order.</summary>
        /// <param name="change">The change an item asks for, or what is wrong with it.</param>
        public async Task<Ok<BatchAnswer>> ApplyBatchAsync<TItem>(
            Batch<TItem> batch, Func<BatchEntry<TItem>, Decision<Change<TRecord>>> change, OnceOnly once, Caller caller, CancellationToken cancellation)
            where TItem : class
        {
            var asked = batch.Items
                .Select(item => (item.Id, Refused: Refused(item, change, out var wanted), Wanted: wanted))
                .ToArray();
            return Answer(await register.ApplyAllAsync(
                [.. asked.Where(item => item.Wanted is not null).Select(item => item.Wanted!)], caller, cancellation, new(once, Answer)));

            Ok<BatchAnswer> Answer(IReadOnlyList<Outcome<TRecord>> outcomes)
            {
                var next = 0;
                var created = outcomes.Where(outcome => outcome.Status is ChangeStatus.Created).Select(outcome => outcome.Record!.Id).ToHashSet();
                var results = asked.Select(item => Result(item.Id, item.Wanted is null ? item.Refused! : outcomes[next++], created)).ToArray();
                var refused = results.Count(result => result.Status is ChangeStatus.Refused);
                return TypedResults.Ok(new BatchAnswer(results.Length - refused, refused, results));
            }
        }
    }

    private static Refusal? Refused<TRecord, TItem>(
        BatchEntry<TItem> item, Func<BatchEntry<TItem>, Decision<Change<TRecord>>> change, out Change<TRecord>? wanted)
        where TRecord : Registered
        where TItem : class
    {
        wanted = null;
        return Misfit(item.Record) is { } misfit ? misfit
            : change(item).IsRefused(out var refusal, out wanted) ? refusal
            : null;
    }

    /// <summary>What the annotations say of one item: it must not refuse the other 499, so the framework's validation is done here.</summary>
    public static Refusal? Misfit(object record)
    {
        if (IsFit(record))
        {
            return null;
        }

        var found = new List<ValidationResult>();
        return Validator.TryValidateObject(record, new(record), found, validateAllProperties: true)
            ? null
            : Refusal.Invalid("request.invalid_member", found[0].ErrorMessage!, $"/{JsonNamingPolicy.CamelCase.ConvertName(found[0].MemberNames.First())}");
    }

    // The framework takes longer to find that nothing is wrong than a row of a file takes to be read; so it is asked only what is wrong.
    private static bool IsFit(object record) => record is not IValidatableObject && s_annotated
        .GetOrAdd(record.GetType(), type => [.. type.GetProperties().Select(property => (property, property.GetCustomAttributes<ValidationAttribute>().ToArray()))])
        .All(member => member.Annotations is [] || member.Property.GetValue(record) is var value && member.Annotations.All(annotation => annotation.IsValid(value)));

    private static readonly ConcurrentDictionary<Type, (PropertyInfo Property, ValidationAttribute[] Annotations)[]> s_annotated = new();

    // Where a record stands in the way is told of those only that came along.
    private static BatchResult Result<TRecord>(Guid id, Outcome<TRecord> outcome, HashSet<Guid> created) where TRecord : Registered => new(
        id, outcome.Status, outcome.Record?.Revision, outcome.Refusal?.Code, outcome.Refusal?.Title, outcome.Refusal?.Pointer,
        outcome.Beside.Where(created.Contains).Cast<Guid?>().FirstOrDefault());
}
