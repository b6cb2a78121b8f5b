using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Register.Policy;

/// <summary>A figure as it is to be from a day on.</summary>
public sealed record PolicyParameterForm
{
    /// <summary>In the parameter's unit, which does not change; at most four decimals.</summary>
    [Range(typeof(decimal), "0", "1000000000000", ErrorMessage = "数值须在 0 到 1 万亿之间。")] public required decimal Value { get; init; }

    /// <summary>Number of the document that sets it.</summary>
    [StringLength(100, ErrorMessage = "文号最多 100 个字。")] public string? Document { get; init; }

    /// <summary>Whether you have compared the value with the document.</summary>
    public required bool Verified { get; init; }

    [StringLength(500, ErrorMessage = "备注最多 500 个字。")] public string? Note { get; init; }
}

public static class SetPolicyParameter
{
    public static readonly Refusal DocumentRequired = Refusal.Invalid(
        "policy.document_required", "已核实的参数须填写文号。", "/document");

    public static readonly Refusal TooPrecise = Refusal.Invalid("policy.too_precise", "数值最多保留四位小数。", "/value");

    public static void Map(IEndpointRouteBuilder parameters) => parameters
        .MapPut("/{code}/{validFrom}", HandleAsync)
        .WithName(nameof(SetPolicyParameter))
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>Sets what a figure is from a day on. Decides what is recorded from now on; what is recorded stays.</summary>
    /// <param name="validFrom">First day on which the value decides. A value for that day is corrected with If-Match.</param>
    internal static async Task<Results<Ok<PolicyParameter>, ProblemHttpResult>> HandleAsync(
        string code, DateOnly validFrom, PolicyParameterForm form, Caller caller, Database db, TimeProvider clock, HttpContext http, CancellationToken cancellation)
    {
        if (caller.Region != RegionCode.City)
        {
            return Caller.OutOfRegion.ToProblem();
        }

        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        await work.ExecuteAsync(LockSql);
        var versions = await work.ListAsync<PolicyParameter>($"select * from ({PolicyParameters.InForceSql}) p where code = @code", new { code });
        if (Decide(form, versions, validFrom, clock.GetUtcNow()).IsRefused(out var refusal, out var next))
        {
            return refusal.ToProblem();
        }

        var current = versions.FirstOrDefault(version => version.ValidFrom == validFrom);
        if (current is not null && next == current with { Revision = next.Revision, RecordedAt = next.RecordedAt })
        {
            http.Response.Headers.ETag = ETags.Of(current.Revision);
            return TypedResults.Ok(current);
        }

        if (http.CheckIfMatch(current?.Revision) is { } stale)
        {
            return stale.ToProblem();
        }

        work.Write(InsertSql, new { next.Code, next.ValidFrom, next.Revision, next.Value, next.Unit, next.Document, next.Verified, next.Note, by = caller.Subject });
        await work.CommitAsync();
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        return TypedResults.Ok(next);
    }

    /// <summary>The rule: only figures that some rule uses; a verified one names its document.</summary>
    /// <param name="versions">The parameter as it is in force from each day.</param>
    internal static Decision<PolicyParameter> Decide(
        PolicyParameterForm form, IReadOnlyList<PolicyParameter> versions, DateOnly validFrom, DateTimeOffset now)
    {
        var document = form.Document is { Length: > 0 } ? form.Document : null;
        return versions is [] ? ListPolicyParameters.NotFound
            : form.Verified && document is null ? DocumentRequired
            : decimal.Round(form.Value, 4) != form.Value ? TooPrecise
            : versions[0] with
            {
                ValidFrom = validFrom,
                Revision = (versions.FirstOrDefault(version => version.ValidFrom == validFrom)?.Revision ?? 0) + 1,
                Value = form.Value,
                Document = document,
                Verified = form.Verified,
                Note = form.Note,
                RecordedAt = now,
            };
    }

    // Changes are rare; readers are not kept waiting.
    private const string LockSql = "lock table policy_parameter in share row exclusive mode";

    private const string InsertSql = """
        insert into policy_parameter (code, valid_from, revision, value, unit, document, verified, note, recorded_by)
        values (@Code, @ValidFrom, @Revision, @Value, @Unit, @Document, @Verified, @Note, @by)
        """;
}
