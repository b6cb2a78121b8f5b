using System.ComponentModel.DataAnnotations;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Evaluations;

/// <summary>An item's value as somebody states it: the unit of itself, or the office on the spot.</summary>
public sealed record StatedValue
{
    [Required, TextLength(20, ErrorMessage = "考核项代码最多 20 字。")] public required string Item { get; init; }

    /// <summary>In the item's unit, plan to date; null: there is none.</summary>
    [Range(typeof(decimal), "-1000000000000", "1000000000000", ParseLimitsInInvariantCulture = true, ErrorMessage = "数值过大。")]
    public required decimal? Value { get; init; }

    /// <summary>What the value can be checked by, or was: ledgers, persons called, places seen.</summary>
    [Required(ErrorMessage = "须写明依据的材料。"), TextLength(1000, ErrorMessage = "依据的材料最多 1000 字。")] public required string Evidence { get; init; }
}
