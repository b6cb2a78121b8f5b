using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Schemes;

/// <summary>Sets a scheme: a change is a new version, the old one stays.</summary>
public static class PutScheme
{
    public static readonly Refusal BadId = Refusal.Invalid("assessment.bad_scheme_id", "方案代码须为 1 至 40 个小写字母、数字或连字符，字母开头。", "/id");
    public static readonly Refusal BadValidFrom = Refusal.Invalid("assessment.bad_period", "适用起始月须为月份（如 2025-01），且不晚于规划终止年。", "/validFrom");
    public static readonly Refusal BadPlan = Refusal.Invalid("assessment.bad_plan", "规划终止年不能早于起始年，期间不超过 20 年。", "/planTo");

    public static void Map(IEndpointRouteBuilder schemes) => schemes
        .MapPut("/{id}", HandleAsync)
        .WithName(nameof(PutScheme))
        .RequireScope("assessment.write")
        .RequireAnyRole(CallerRoles.Assessor)
        .RequireOffice()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Creates a scheme, or its next version (If-Match names the version it replaces). The same content again changes nothing.</summary>
    internal static async Task<Results<Ok<Scheme>, Created<Scheme>, ProblemHttpResult>> HandleAsync(
        string id, SchemeDraft draft, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (!Scheme.IsId(id))
        {
            return BadId.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('scheme:' || @id, 0))", new { id }); // lock first, read second
        var current = await work.FindAsync<int?>("select max(version) from scheme_version where scheme = @id", new { id });
        if (http.CheckIfMatch(current) is { } stale)
        {
            return stale.ToProblem();
        }

        var known = await work.ListAsync<string>(KnownSql, new { indicators = NamedBy(draft) });
        if (Decide(id, draft, current, known.ToHashSet(), clock.GetUtcNow()).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        var held = current is { } version ? await SchemeStore.FindAsync(work, id, version) : null;
        if (held is not null && SameContent(held, next))
        {
            http.Response.Headers.ETag = ETags.Of(held.Version);
            return TypedResults.Ok(held);
        }

        SchemeStore.Write(work, next, caller.Subject);
        work.Audit(caller, new Act("scheme.set", $"schemes/{id}", held, next));
        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Version);
        return TypedResults.Created($"/api/assessment/v1/schemes/{id}/versions/{next.Version}", next);
    }

    /// <summary>The rule: known indicators, each once; floors below the ceiling of missed targets; a plan that exists.</summary>
    internal static Decision<Scheme> Decide(string id, SchemeDraft draft, int? current, IReadOnlySet<string> known, DateTimeOffset now)
    {
        if (draft.PlanTo < draft.PlanFrom || draft.PlanTo - draft.PlanFrom > 20)
        {
            return BadPlan;
        }

        if (!Period.TryParse(draft.ValidFrom, out var from) || from.Kind is not PeriodKind.Month || from.Year > draft.PlanTo)
        {
            return BadValidFrom;
        }

        for (var at = 0; at < draft.Items.Count; at++)
        {
            var item = draft.Items[at];
            if (item.Rule?.Source is null or ValueSource.Indicator && !known.Contains(item.Indicator))
            {
                return Refusal.Invalid("assessment.unknown_indicator", "没有这项指标。", $"/items/{at}/indicator");
            }

            if (item.Rule?.Per is { } per && !known.Contains(per))
            {
                return Refusal.Invalid("assessment.unknown_indicator", "没有这项分母指标。", $"/items/{at}/rule/per");
            }

            if (draft.Items.Take(at).Any(other => other.Indicator == item.Indicator))
            {
                return Refusal.Invalid("assessment.duplicate_item", "同一指标只能出现一次。", $"/items/{at}/indicator");
            }

            if (item.Floor > draft.UnmetCeiling)
            {
                return Refusal.Invalid("assessment.floor_above_ceiling", "下限不能高于未达标最高比例。", $"/items/{at}/floor");
            }
        }

        if (TreeRules.Check(draft.Items, draft.Tree) is { } fault)
        {
            return fault;
        }

        if (draft.Tree.Points.Index().FirstOrDefault(point => point.Item.Source is ValueSource.Indicator && !known.Contains(point.Item.Code)) is { Item: not null } unknown)
        {
            return Refusal.Invalid("assessment.unknown_indicator", "没有这项加减分指标。", $"/tree/points/{unknown.Index}/code");
        }

        return new Scheme(
            id, (current ?? 0) + 1, draft.Name, from.ToString(), draft.PlanFrom, draft.PlanTo, draft.Threshold, draft.UnmetCeiling,
            draft.Note, draft.Unverified, now, [.. draft.Items.Select(item => item.ToItem())])
        { Tree = draft.Tree };
    }

    // As answers show them: 2 and 2.0 are the same number.
    private static bool SameContent(Scheme held, Scheme next)
    {
        static JsonElement Shown(Scheme scheme) => JsonSerializer.SerializeToElement(scheme with { Version = 0, KnownAt = default }, Json.Options);
        return JsonElement.DeepEquals(Shown(held), Shown(next));
    }

    private static string[] NamedBy(SchemeDraft draft) =>
    [
        .. draft.Items.Select(item => item.Indicator), .. draft.Items.Select(item => item.Rule?.Per).OfType<string>(),
        .. draft.Tree.Points.Where(point => point?.Source is ValueSource.Indicator).Select(point => point.Code),
    ];

    // An indicator is known when a scheme, a target or an observation names it: the catalogue is another service's.
    private const string KnownSql = """
        select code from unnest(@indicators) as asked (code)
        where exists (select from scheme_item where indicator = code)
           or exists (select from target_version where indicator = code)
           or exists (select from observation where indicator = code)
        """;
}
