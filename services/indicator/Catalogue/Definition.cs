using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Wuwei.Indicator.Expressions;
using Wuwei.Indicator.Targets;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Catalogue;

/// <summary>A definition as stored.</summary>
internal sealed record DefinitionRow(
    string Code, int Revision, string NameZh, string NameEn, string Definition, string Expression, string Missing, string Unit, string Direction,
    string? Comparator, decimal? Target, string? Document, string SourceDepartment, string Reason, string SetBy, DateTimeOffset KnownAt)
{
    public const string Columns = """
        code, revision, name_zh, name_en, definition, expression, missing, unit, direction, comparator, target, document, source_department, reason,
        set_by, known_at
        """;

    public IndicatorDefinition ToForm() => new()
    {
        NameZh = NameZh,
        NameEn = NameEn,
        Definition = Definition,
        Expression = Expression,
        Missing = Definitions.MissingOf(Missing),
        Unit = Unit,
        Direction = Direction,
        Comparator = Comparator,
        Target = Target is { } target ? Observations.Aggregation.Plain(target) : null,
        Document = Document,
        SourceDepartment = SourceDepartment,
        Reason = Reason,
    };
}

/// <summary>What expressions may name.</summary>
/// <param name="Indicators">The plan's, by code.</param>
/// <param name="Measures">By code.</param>
internal sealed record Nameable(IReadOnlyDictionary<string, PlanIndicator> Indicators, IReadOnlyDictionary<string, IndicatorMeasure> Measures);

/// <summary>Makes indicators of definitions; pure.</summary>
internal static partial class Definitions
{
    public static readonly Refusal Unreadable = Refusal.Invalid("expression.unreadable", "表达式无法读取。", "/expression");
    public static readonly Refusal ItemUnknown = Refusal.Invalid("expression.item_unknown", "表达式引用了不存在的指标或计数项。", "/expression");
    public static readonly Refusal StockMeasure = Refusal.Invalid("expression.stock_measure", "时点数和公布数须引用指标，不能引用计数项。", "/expression");
    public static readonly Refusal Circular = Refusal.Invalid("expression.circular", "表达式引用了它自己。", "/expression");
    public static readonly Refusal TooMany = Refusal.Invalid("expression.too_many_items", "表达式引用的指标和计数项最多 20 个。", "/expression");

    /// <summary>Codes that may be given: none of the plan's numbers is among them.</summary>
    [GeneratedRegex("^[a-z][a-z0-9-]{2,39}\\z", RegexOptions.CultureInvariant)]
    public static partial Regex Code();

    /// <summary>Reads an expression, and finds what it names.</summary>
    /// <param name="self">The indicator it defines; null: none.</param>
    /// <param name="others">The other definitions, by code.</param>
    /// <param name="condition">Whether it has to be a condition, which is 1 where it holds; else a number.</param>
    public static Decision<Derivation> Derive(
        string text, MissingValues missing, string? self, Nameable nameable, IReadOnlyDictionary<string, DefinitionRow> others, bool condition = false) =>
        Derive(text, missing, self is null ? [] : [self], nameable, others, condition);

    /// <summary>Reads an expression that was checked before it was stored.</summary>
    public static Derivation Stored(
        string text, MissingValues missing, Nameable nameable, IReadOnlyDictionary<string, DefinitionRow> others, bool condition = false, string? self = null) =>
        Derive(text, missing, self, nameable, others, condition).IsRefused(out var refusal, out var read)
            ? throw new InvalidOperationException($"{text}: {refusal.Code}, though it was checked before it was stored.") : read;

    /// <summary>Who sets what has a code of its own: the city's approver.</summary>
    public static Refusal? CheckSetter(Caller caller, string code) =>
        !caller.IsCityApprover() ? SetTargets.CityOnly : Code().IsMatch(code) ? null : DefineIndicator.CodeMalformed with { Pointer = "/code" };

    /// <summary>The indicator that a definition makes.</summary>
    public static PlanIndicator ToIndicator(DefinitionRow row, Derivation derivation, Nameable nameable)
    {
        var parts = derivation.Parts.Values.ToArray();
        var measures = parts.SelectMany(part => part.Measures).Select(measure => measure with { Role = MeasureRole.Sum })
            .Concat(derivation.Expression.Items.Where(item => item.IsMeasure).Select(item => nameable.Measures[item.Code])).DistinctBy(measure => measure.Measure);
        return new(
            row.Code, row.NameZh, row.NameEn, row.Definition, row.Unit, row.Unit, 1, new(null, null, "—"),
            new(row.Comparator, row.Target, row.Target is { } target ? $"{row.Comparator}{Observations.Aggregation.Plain(target)}" : "—"),
            false, "text", row.Direction, Counting.Expression, parts.Any(part => part.Frequency == "year") ? "year" : "month", parts.Any(part => part.CityOnly),
            row.Document ?? "—", "—", row.SourceDepartment, [new(new(2000, 1, 1), Origin.Derived, "D", row.Reason)], [.. measures],
            [new(0, s_held, "D", false, "水平值，全年均须保持")], [.. parts.SelectMany(part => part.Decisions)],
            new(row.Expression, derivation.Missing, row.Revision, row.Reason, row.KnownAt))
        {
            Derivation = derivation,
        };
    }

    /// <summary>As the database writes it.</summary>
    public static MissingValues MissingOf(string code) => code switch
    {
        "skip-if-any" => MissingValues.SkipIfAny,
        "skip-if-all" => MissingValues.SkipIfAll,
        _ => MissingValues.Zero,
    };

    private static readonly IReadOnlyList<decimal> s_held = [.. Enumerable.Repeat(1m, 12)];

    private static Decision<Derivation> Derive(
        string text, MissingValues missing, IReadOnlyList<string> within, Nameable nameable, IReadOnlyDictionary<string, DefinitionRow> others, bool condition = false)
    {
        var (expression, error) = ExpressionParser.Read(text, condition);
        if (expression is null)
        {
            return Unreadable with { Detail = error!.ToString() };
        }

        var items = expression.Items.ToArray();
        if (items.Length > 20)
        {
            return TooMany;
        }

        var parts = new Dictionary<string, PlanIndicator>();
        foreach (var item in items)
        {
            if (item.IsMeasure)
            {
                if (!nameable.Measures.TryGetValue(item.Code, out var measure))
                {
                    return ItemUnknown with { Detail = $"没有计数项 {item}。" };
                }

                if (measure.Mode is "stock" or "level")
                {
                    return StockMeasure with { Detail = $"{item} 是{measure.Name}。" };
                }
            }
            else if (nameable.Indicators.TryGetValue(item.Code, out var printed))
            {
                parts[item.Code] = printed;
            }
            else if (within.Contains(item.Code))
            {
                return Circular with { Detail = string.Join(" → ", within.Append(item.Code)) };
            }
            else if (!others.TryGetValue(item.Code, out var other))
            {
                return ItemUnknown with { Detail = $"没有指标 {item}。" };
            }
            else if (!parts.ContainsKey(item.Code))
            {
                if (Derive(other.Expression, MissingOf(other.Missing), [.. within, item.Code], nameable, others).IsRefused(out var refusal, out var inner))
                {
                    return refusal;
                }

                parts[item.Code] = ToIndicator(other, inner, nameable);
            }
        }

        return new Derivation(expression, missing, parts);
    }
}

/// <summary>An indicator that is computed from others.</summary>
public sealed record IndicatorDefinition
{
    /// <summary>Chinese name.</summary>
    [Required(ErrorMessage = "须写明名称。"), TextLength(60, MinimumLength = 1, ErrorMessage = "名称须为 1 到 60 字。")] public required string NameZh { get; init; }

    /// <summary>English name.</summary>
    [Required(ErrorMessage = "须写明英文名称。"), TextLength(120, MinimumLength = 1, ErrorMessage = "英文名称须为 1 到 120 字。")] public required string NameEn { get; init; }

    /// <summary>What is counted.</summary>
    [Required(ErrorMessage = "须写明定义。"), TextLength(500, MinimumLength = 1, ErrorMessage = "定义须为 1 到 500 字。")] public required string Definition { get; init; }

    /// <summary>e.g. <c>100 * [11] / [1]</c>, <c>[4] - [4]@2020</c>, <c>if({loans.jobs} > 0, [11] / {loans.jobs}, 0)</c>.</summary>
    [Required(ErrorMessage = "须写明表达式。"), TextLength(ExpressionParser.MaxLength, MinimumLength = 1, ErrorMessage = "表达式须为 1 到 1000 字。")]
    public required string Expression { get; init; }

    /// <summary>What to do about items without a value.</summary>
    public required MissingValues Missing { get; init; }

    /// <summary>Unit of the result.</summary>
    [Required(ErrorMessage = "须写明单位。"), TextLength(20, MinimumLength = 1, ErrorMessage = "单位须为 1 到 20 字。")] public required string Unit { get; init; }

    /// <summary><c>up</c>: higher is better; <c>down</c>: lower is.</summary>
    [RegularExpression("^(up|down)$", ErrorMessage = "direction 须为 up 或 down。")] public required string Direction { get; init; }

    /// <summary>With a target: how a value must stand to it, <c>≥</c>, <c>&gt;</c>, <c>≤</c> or <c>&lt;</c>.</summary>
    [RegularExpression("^[≥>≤<]$", ErrorMessage = "比较符须为 ≥、>、≤ 或 <。")] public string? Comparator { get; init; }

    /// <summary>The city's level of 2025.</summary>
    [Range(-1e12, 1e12, ErrorMessage = "目标超出范围。")] public decimal? Target { get; init => field = value is { } given ? decimal.Round(given, 4) : null; }

    /// <summary>Number of the document.</summary>
    [TextLength(100, ErrorMessage = "文号最多 100 字。")] public string? Document { get; init; }

    /// <summary>Who answers for it.</summary>
    [Required(ErrorMessage = "须写明责任单位。"), TextLength(100, MinimumLength = 1, ErrorMessage = "责任单位须为 1 到 100 字。")] public required string SourceDepartment { get; init; }

    /// <summary>Why it is set or changed.</summary>
    [Required(ErrorMessage = "须写明理由。"), TextLength(500, MinimumLength = 1, ErrorMessage = "理由须为 1 到 500 字。")] public required string Reason { get; init; }
}
