using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Assessment.Entries;

/// <summary>A value entered by hand: a rating, or a count of cases.</summary>
public sealed record EntryDraft
{
    /// <summary>0 to 1,000,000; null withdraws what was entered.</summary>
    [Range(typeof(decimal), "0", "1000000", ParseLimitsInInvariantCulture = true, ErrorMessage = "数值须在 0 到 1000000 之间。")]
    public required decimal? Value { get; init; }

    /// <summary>What the value can be checked by: document, minutes, address.</summary>
    [Required(ErrorMessage = "须写明证明材料。"), TextLength(1000, ErrorMessage = "证明材料最多 1000 字。")] public required string Evidence { get; init; }
}

/// <summary>A version of an entered value.</summary>
/// <param name="Unit">Code of a place or a department.</param>
/// <param name="Item">Code of the item or of the points, as schemes name it.</param>
/// <param name="Period">Month.</param>
/// <param name="Value">Null: withdrawn.</param>
public sealed record Entry(string Unit, string Item, string Period, int Version, decimal? Value, string Evidence, string EnteredBy, DateTimeOffset KnownAt);

/// <summary>Enters a value by hand. Every version stays.</summary>
public static partial class PutEntry
{
    public static readonly Refusal BadPlace = Refusal.Invalid(
        "assessment.bad_entry", "考核对象须为市、县（区）或部门代码，项目代码须为 1 至 20 个字母或数字，期别须为月份（如 2025-06）。", "/unit");

    public static void Map(IEndpointRouteBuilder entries) => entries
        .MapPut("/{unit}/{item}/{period}", HandleAsync)
        .WithName(nameof(PutEntry))
        .RequireScope("assessment.write")
        .RequireAnyRole(CallerRoles.Assessor)
        .RequireOffice()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Enters a value of a unit, item and month with its evidence, or its next version (If-Match names the one it replaces).</summary>
    internal static async Task<Results<Ok<Entry>, Created<Entry>, ProblemHttpResult>> HandleAsync(
        string unit, string item, string period, EntryDraft draft, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (MonthOf(unit, item, period) is not { } month)
        {
            return BadPlace.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await LockAsync(work, unit, item, month);
        var held = await ReadEntries.VersionsAsync(work, unit, item, month.ToString()) is [var latest, ..] ? latest : null;
        if (http.CheckIfMatch(held?.Version) is { } stale)
        {
            return stale.ToProblem();
        }

        if (held is not null && (held.Value, held.Evidence) == (draft.Value, draft.Evidence))
        {
            http.Response.Headers.ETag = ETags.Of(held.Version);
            return TypedResults.Ok(held);
        }

        var next = new Entry(unit, item, month.ToString(), (held?.Version ?? 0) + 1, draft.Value, draft.Evidence, caller.Subject, clock.GetUtcNow());
        work.Write(InsertSql, new
        {
            next.Unit,
            Region = RegionCode.Wuwei.ContainsKey(unit) ? unit : RegionCode.City,
            next.Item,
            next.Period,
            next.Version,
            next.Value,
            next.Evidence,
            next.EnteredBy,
            KnownAt = next.KnownAt.UtcDateTime,
        });
        work.Audit(caller, new Act("entry.set", $"entries/{unit}/{item}/{month}", held, next, RegionCode.Wuwei.ContainsKey(unit) ? unit : RegionCode.City));
        work.Write(ChangedSql, new { Month = month.Start }); // scores of this month and later are rendered anew
        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Version);
        return TypedResults.Created($"/api/assessment/v1/entries/{unit}/{item}/{month}", next);
    }

    /// <summary>One change of a value at a time. Lock in one statement, read in the next.</summary>
    internal static Task LockAsync(UnitOfWork work, string unit, string item, Period month) =>
        work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('entry:' || @key, 0))", new { key = $"{unit}/{item}/{month}" });

    /// <summary>The month; null when one of the three cannot be.</summary>
    internal static Period? MonthOf(string unit, string item, string period) =>
        (RegionCode.Wuwei.TryGetValue(unit, out var region) ? region.Level is "county" or "prefecture" : DepartmentForm().IsMatch(unit))
        && ItemForm().IsMatch(item) && Period.TryParse(period, out var month) && month.Kind is PeriodKind.Month && month.Year is >= 2000 and <= 2100
            ? month : null;

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,29}\z", RegexOptions.CultureInvariant)]
    private static partial Regex DepartmentForm();

    [GeneratedRegex(@"\A[A-Za-z0-9]{1,20}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ItemForm();

    private const string InsertSql = """
        insert into entry_version values (@Unit, @Region, @Item, @Period, @Version, @Value, @Evidence, @EnteredBy, @KnownAt)
        """;

    /// <summary>Scores of a month and later ones rest on something that changed.</summary>
    internal const string ChangedSql = """
        insert into score_change as counter values (@Month, 1) on conflict (month) do update set changes = counter.changes + 1
        """;
}
