using Wuwei.Outbox;

namespace Wuwei.Indicator.Validation;

public static class ListValidationRules
{
    public static void Map(IEndpointRouteBuilder validation) => validation
        .MapGet("/rules", HandleAsync)
        .WithName(nameof(ListValidationRules));

    /// <summary>What must hold between figures, in every region; rules that are out of use too.</summary>
    internal static async Task<Pulled<IReadOnlyList<ValidationRule>>> HandleAsync(Database db, CancellationToken cancellation) =>
        new([.. (await db.ListAsync<RuleRow>(Scope.System("validation"), RuleRow.CurrentSql, null, cancellation)).Select(row => row.ToRule())]);
}
