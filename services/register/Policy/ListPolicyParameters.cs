using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register.Policy;

public static class ListPolicyParameters
{
    public static readonly Refusal NotFound = new("policy.unknown_code", "没有这个政策参数。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder parameters)
    {
        parameters.MapGet("/", HandleAsync).WithName(nameof(ListPolicyParameters)).Produces(StatusCodes.Status304NotModified);
        parameters.MapGet("/{code}", HandleHistoryAsync).WithName("ListPolicyParameterVersions")
            .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>The figures that the rules use, each with the days it was or will be in force from.</summary>
    /// <param name="on">Only what is in force on this day: one version of each.</param>
    internal static async Task<Results<Ok<IReadOnlyList<PolicyParameter>>, StatusCodeHttpResult>> HandleAsync(
        [FromQuery] DateOnly? on, Caller caller, Database db, HttpContext http, CancellationToken cancellation) =>
        Pulled(await db.ListAsync<PolicyParameter>(caller.Scope, ListSql, new { on }, cancellation), http);

    /// <summary>Every version of one figure that there ever was, the superseded ones too.</summary>
    internal static async Task<Results<Ok<IReadOnlyList<PolicyParameter>>, StatusCodeHttpResult, ProblemHttpResult>> HandleHistoryAsync(
        string code, Caller caller, Database db, HttpContext http, CancellationToken cancellation) =>
        await db.ListAsync<PolicyParameter>(caller.Scope, HistorySql, new { code }, cancellation) is { Count: > 0 } versions
            ? Pulled(versions, http).Result is Ok<IReadOnlyList<PolicyParameter>> ok ? ok : TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : NotFound.ToProblem();

    private static Results<Ok<IReadOnlyList<PolicyParameter>>, StatusCodeHttpResult> Pulled(IReadOnlyList<PolicyParameter> parameters, HttpContext http) =>
        http.IsNotModified(ETags.Of(JsonSerializer.SerializeToUtf8Bytes(parameters, Json.Options)))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(parameters);

    // All of them, or of each code the last that has begun.
    private const string ListSql = $"""
        select {PolicyParameter.Columns}
        from ({PolicyParameters.InForceSql}) p
        where @on::date is null or valid_from = (select max(valid_from) from policy_parameter q where q.code = p.code and q.valid_from <= @on)
        order by code, valid_from
        """;

    private const string HistorySql = $"""
        select {PolicyParameter.Columns}
        from policy_parameter
        where code = @code
        order by valid_from, revision
        """;
}
