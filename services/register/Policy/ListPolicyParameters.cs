using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register.Policy;

public static class ListPolicyParameters
{
    public static readonly Refusal NotFound = new("policy.unknown_code", "没有这个政策参数。", StatusCodes.Status404NotFound);

    public static void Map(IEndpointRouteBuilder parameters)
    {
        parameters.MapGet("/", HandleAsync).WithName(nameof(ListPolicyParameters));
        parameters.MapGet("/{code}", HandleHistoryAsync).WithName("ListPolicyParameterVersions").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>The figures that the rules use, each with the days it was or will be in force from.</summary>
    internal static async Task<Ok<IReadOnlyList<PolicyParameter>>> HandleAsync(Caller caller, Database db, CancellationToken cancellation) =>
        TypedResults.Ok(await db.ListAsync<PolicyParameter>(caller.Scope, PolicyParameters.InForceSql, null, cancellation));

    /// <summary>Every version of one figure that there ever was, the superseded ones too.</summary>
    internal static async Task<Results<Ok<IReadOnlyList<PolicyParameter>>, ProblemHttpResult>> HandleHistoryAsync(
        string code, Caller caller, Database db, CancellationToken cancellation) =>
        await db.ListAsync<PolicyParameter>(caller.Scope, HistorySql, new { code }, cancellation) is { Count: > 0 } versions
            ? TypedResults.Ok(versions)
            : NotFound.ToProblem();

    private const string HistorySql = """
        select code, valid_from, revision, value, unit, document, verified, note, recorded_at
        from policy_parameter
        where code = @code
        order by valid_from, revision
        """;
}
