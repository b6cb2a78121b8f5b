using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Robustness;

/// <summary>A saved what-if as the office writes it.</summary>
public sealed record ScenarioDraft
{
    [Required(ErrorMessage = "情景名称不能为空。"), TextLength(80, ErrorMessage = "情景名称最多 80 字。")] public required string Name { get; init; }

    /// <summary>Id of the scheme it departs from; <c>plan-12</c> when absent.</summary>
    [TextLength(40, ErrorMessage = "方案代码最多 40 字。")] public string Scheme { get; init; } = Schemes.Scheme.Default;

    public required ScenarioChanges Changes { get; init; }
}

/// <summary>A saved what-if. Always tried on the scheme's version that applies to the month asked for.</summary>
public sealed record SavedScenario(string Id, int Version, string Name, string Scheme, ScenarioChanges Changes, string SetBy, DateTimeOffset KnownAt);

/// <summary>Saves, lists and tries what-ifs.</summary>
public static class Scenarios
{
    public static readonly Refusal Unknown = new("assessment.unknown_scenario", "没有这个情景。", StatusCodes.Status404NotFound);
    public static readonly Refusal BadId = Refusal.Invalid("assessment.bad_scenario_id", "情景代码须为 1 至 40 个小写字母、数字或连字符，字母开头。", "/id");

    public static void Map(IEndpointRouteBuilder scenarios)
    {
        scenarios.MapPut("/{id}", PutAsync).WithName("PutScenario").RequireScope("assessment.write").RequireAnyRole(CallerRoles.Assessor).RequireOffice()
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);
        scenarios.MapGet("", ListAsync).WithName("ListScenarios").ProducesValidationProblem();
        scenarios.MapGet("/{id}/result", TryAsync).WithName("TryScenario")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>Saves a what-if, or its next version (If-Match names the one it replaces). It must fit the scheme's latest version.</summary>
    internal static async Task<Results<Ok<SavedScenario>, Created<SavedScenario>, ProblemHttpResult>> PutAsync(
        string id, ScenarioDraft draft, HttpContext http, Caller caller, Database db, TimeProvider clock, CancellationToken cancellation)
    {
        if (!Scheme.IsId(id))
        {
            return BadId.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('scenario:' || @id, 0))", new { id }); // lock first, read second
        var held = await FindAsync(work, id);
        if (http.CheckIfMatch(held?.Version) is { } stale)
        {
            return stale.ToProblem();
        }

        if (!Scheme.IsId(draft.Scheme)
            || await work.FindAsync<int?>("select max(version) from scheme_version where scheme = @Scheme", new { draft.Scheme }) is not { } latest)
        {
            return ScoreQuestion.UnknownScheme.ToProblem();
        }

        if (Scenario.Apply((await SchemeStore.FindAsync(work, draft.Scheme, latest))!, draft.Changes).IsRefused(out var refusal, out _))
        {
            return refusal.ToProblem();
        }

        var next = new SavedScenario(id, (held?.Version ?? 0) + 1, draft.Name, draft.Scheme, draft.Changes, caller.Subject, clock.GetUtcNow());
        work.Write(InsertSql, new
        {
            next.Id,
            next.Version,
            next.Name,
            next.Scheme,
            Changes = JsonSerializer.Serialize(next.Changes, Json.Options),
            next.SetBy,
            KnownAt = next.KnownAt.UtcDateTime,
        });
        work.Audit(caller, new Act("scenario.set", $"scenarios/{id}", held, next));
        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Version);
        return held is null ? TypedResults.Created($"/api/assessment/v1/scenarios/{id}/result", next) : TypedResults.Ok(next);
    }

    /// <summary>The latest version of every saved what-if.</summary>
    internal static async Task<Results<Ok<Page<SavedScenario>>, ProblemHttpResult>> ListAsync(
        [AsParameters] PageQuery query, HttpContext http, Caller caller, Database db, CancellationToken cancellation)
    {
        if (!query.TryKey<string>(out var after))
        {
            return PageQuery.BadCursor.ToProblem();
        }

        var rows = await db.ListAsync<Row>(caller.Scope, ListSql, new { after, query.Fetch }, cancellation);
        return TypedResults.Ok(query.Page([.. rows.Select(row => row.ToScenario())], row => row.Id, http));
    }

    /// <summary>What would be under a saved what-if in a month, beside what is.</summary>
    internal static async Task<Results<Ok<WhatIfAnswer>, ProblemHttpResult>> TryAsync(
        string id, [FromQuery] string? period, [FromQuery] string? asOf, Caller caller, Database db, ScoreReader reader, ScoreDocuments documents,
        TimeProvider clock, CancellationToken cancellation)
    {
        SavedScenario? saved;
        await using (var work = await db.BeginAsync(caller.Scope, cancellation))
        {
            saved = Scheme.IsId(id) ? await FindAsync(work, id) : null;
        }

        if (saved is null)
        {
            return Unknown.ToProblem();
        }

        if (ScoreQuestion.Read(period, saved.Scheme, asOf, clock.GetUtcNow()).IsRefused(out var refusal, out var question)
            || (await reader.ComputeAsync(question, cancellation)).IsRefused(out refusal, out var scoring)
            || WhatIfAnswer.Of(scoring, saved.Changes, documents.Demonstration).IsRefused(out refusal, out var answer))
        {
            return refusal.ToProblem();
        }

        return TypedResults.Ok(answer);
    }

    private static async Task<SavedScenario?> FindAsync(UnitOfWork work, string id) =>
        (await work.ListAsync<Row>($"{SelectSql} where scenario = @id order by version desc limit 1", new { id })) is [var row] ? row.ToScenario() : null;

    private sealed record Row(string Id, int Version, string Name, string Scheme, string Changes, string SetBy, DateTimeOffset KnownAt)
    {
        public SavedScenario ToScenario() => new(Id, Version, Name, Scheme, JsonSerializer.Deserialize<ScenarioChanges>(Changes, Json.Options)!, SetBy, KnownAt);
    }

    private const string ColumnsSql = "scenario as id, version, name, scheme, changes::text as changes, set_by, known_at";

    private const string SelectSql = $"select {ColumnsSql} from scenario_version";

    private const string ListSql = $"""
        select distinct on (scenario) {ColumnsSql} from scenario_version
        where scenario > coalesce(@after, '')
        order by scenario, version desc
        limit @Fetch
        """;

    private const string InsertSql = """
        insert into scenario_version values (@Id, @Version, @Name, @Scheme, @Changes::jsonb, @SetBy, @KnownAt)
        """;
}
