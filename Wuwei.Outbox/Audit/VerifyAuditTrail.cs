using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wuwei.ServiceDefaults;

namespace Wuwei.Outbox.Audit;

/// <summary>What to verify.</summary>
public sealed record AuditPart
{
    /// <summary>The position after which to begin; 0: at the beginning.</summary>
    public long After { get; init; }

    /// <summary>What is known of the chain outside the database, at most 1000; compared when the end is reached.</summary>
    public IReadOnlyList<AuditHead> Heads { get; init; } = [];
}

internal static class VerifyAuditTrail
{
    private const int MostEntries = 100_000, MostHeads = 1000;

    public static readonly Refusal Malformed = Refusal.Invalid("audit.malformed_part", $"起始位置不能为负，链头最多 {MostHeads} 个。", "");

    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(1);

    public static void Map(IEndpointRouteBuilder audit) => audit
        .MapPost("/verification", HandleAsync)
        .WithName(nameof(VerifyAuditTrail))
        .WithSummary("Computes the chain again from the entries, up to 100,000 at a time, and names every one that is not as it was written.")
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<Results<Ok<AuditVerdict>, ProblemHttpResult>> HandleAsync(
        AuditPart part, Caller caller, AuditVerification verification, CancellationToken cancellation) =>
        part.After < 0 || part.Heads.Count > MostHeads || part.Heads.Contains(null!)
            ? Malformed.ToProblem()
            : !caller.Covers(ServiceDefaults.Regions.RegionCode.City)
                ? Caller.OutOfRegion.ToProblem() // the chain runs through all regions
                : TypedResults.Ok(await verification.RunAsync(part.After, MostEntries, part.Heads, s_grace, cancellation));
}
