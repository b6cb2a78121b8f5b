using System.ComponentModel.DataAnnotations;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Schemes;

/// <summary>A scheme as the assessment office writes it.</summary>
public sealed record SchemeDraft : IValidatableObject
{
    [Required(ErrorMessage = "方案名称不能为空。"), TextLength(80, ErrorMessage = "方案名称最多 80 字。")] public required string Name { get; init; }

    /// <summary>First month it applies to, e.g. <c>2025-01</c>.</summary>
    [Required(ErrorMessage = "适用起始月不能为空。")] public required string ValidFrom { get; init; }

    /// <summary>First year that cumulative items add up from.</summary>
    [Range(2000, 2100, ErrorMessage = "规划起始年须在 2000 到 2100 之间。")] public int PlanFrom { get; init; } = 2021;

    /// <summary>Last year of the plan.</summary>
    [Range(2000, 2100, ErrorMessage = "规划终止年须在 2000 到 2100 之间。")] public int PlanTo { get; init; } = 2025;

    /// <summary>Least covered share of the applicable weight, percent.</summary>
    [Range(0, 100, ErrorMessage = "缺数门槛须在 0 到 100 之间。")] public decimal Threshold { get; init; } = 65;

    /// <summary>Most progress that a missed target can count, 0 to below 1.</summary>
    [Range(typeof(decimal), "0", "0.9999", ParseLimitsInInvariantCulture = true, ErrorMessage = "未达标最高比例须在 0 到 0.9999 之间。")]
    public decimal UnmetCeiling { get; init; } = 0.99m;

    [TextLength(1000, ErrorMessage = "说明最多 1000 字。")] public string Note { get; init; } = "";

    /// <summary>Not confirmed by an authority; shown wherever the scheme is used.</summary>
    public bool Unverified { get; init; } = true;

    [Required, MinLength(1, ErrorMessage = "至少一项指标。"), MaxLength(60, ErrorMessage = "最多 60 项指标。")]
    public required IReadOnlyList<SchemeItemDraft> Items { get; init; }

    /// <summary>Groups, units, points and grades; absent: items directly below the goal, counties as units.</summary>
    public SchemeTree Tree { get; init; } = SchemeTree.Flat;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Gaps.In(Items, nameof(Items));
}

/// <summary>An item as the assessment office writes it; see <see cref="SchemeItem"/>.</summary>
public sealed record SchemeItemDraft
{
    [Required(ErrorMessage = "指标代码不能为空。"), TextLength(20, ErrorMessage = "指标代码最多 20 字。")] public required string Indicator { get; init; }
    [Required(ErrorMessage = "指标名称不能为空。"), TextLength(80, ErrorMessage = "指标名称最多 80 字。")] public required string Name { get; init; }
    [Required(ErrorMessage = "计量单位不能为空。"), TextLength(10, ErrorMessage = "计量单位最多 10 字。")] public required string Unit { get; init; }

    [Range(typeof(decimal), "0.0001", "1000", ParseLimitsInInvariantCulture = true, ErrorMessage = "权重须大于 0，不超过 1000。")]
    public required decimal Weight { get; init; }

    public bool Binding { get; init; }
    public Method Method { get; init; }
    public required Aggregate Aggregate { get; init; }
    public required Direction Direction { get; init; }
    [Range(1, 2, ErrorMessage = "上限须在 1 到 2 之间。")] public decimal Cap { get; init; } = 1;
    [Range(0, 1, ErrorMessage = "下限须在 0 到 1 之间。")] public decimal Floor { get; init; }
    public bool Seasonal { get; init; }
    public bool CityOnly { get; init; }

    /// <summary>Group, and what the method needs; absent: directly below the goal.</summary>
    public ItemRule? Rule { get; init; }

    internal SchemeItem ToItem() => new(Indicator, Name, Unit, Weight, Binding, Method, Aggregate, Direction, Cap, Floor, Seasonal, CityOnly) { Rule = Rule };
}
