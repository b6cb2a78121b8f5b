using Wuwei.Assessment.Schemes;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Robustness;

/// <summary>What would be other than in the scheme.</summary>
public sealed record ScenarioChanges
{
    /// <summary>By code of an item or group; 0 leaves it out.</summary>
    public IReadOnlyDictionary<string, decimal> Weights { get; init; } = new Dictionary<string, decimal>();

    /// <summary>By code of an item; what the method needs must be in the scheme already.</summary>
    public IReadOnlyDictionary<string, Method> Methods { get; init; } = new Dictionary<string, Method>();

    /// <summary>By code of a group, <c>goal</c> for the goal.</summary>
    public IReadOnlyDictionary<string, Aggregation> Aggregations { get; init; } = new Dictionary<string, Aggregation>();

    /// <summary>Least covered share, percent; null: the scheme's.</summary>
    public decimal? Threshold { get; init; }
}

internal static class Scenario
{
    public static Refusal Unknown(string where, string code) => Refusal.Invalid("assessment.unknown_part", "方案中没有这一项或这一组。", $"/changes/{where}{Pointer(code)}");

    public static Refusal BadChange(string where, string code) => Refusal.Invalid(
        "assessment.bad_change", "权重须在 0 到 1000 之间；方法须与该项的目标和参数相符；门槛须在 0 到 100 之间；至少留下一项。", $"/changes/{where}{Pointer(code)}");

    /// <summary>The scheme as it would be. Pure; the first change that cannot be is said.</summary>
    public static Decision<Scheme> Apply(Scheme scheme, ScenarioChanges changes)
    {
        var (items, groups) = (scheme.Items.ToDictionary(item => item.Indicator), scheme.Tree.Groups.ToDictionary(group => group.Code));
        foreach (var (code, weight) in changes.Weights)
        {
            if (!items.ContainsKey(code) && !groups.ContainsKey(code))
            {
                return Unknown("weights", code);
            }

            if (weight is < 0 or > 1000)
            {
                return BadChange("weights", code);
            }
        }

        foreach (var (code, method) in changes.Methods)
        {
            if (!items.TryGetValue(code, out var item))
            {
                return Unknown("methods", code);
            }

            if (!Fits(item with { Method = method }))
            {
                return BadChange("methods", code);
            }
        }

        if (changes.Aggregations.Keys.FirstOrDefault(code => code != TreeRules.Goal && !groups.ContainsKey(code)) is { } nowhere)
        {
            return Unknown("aggregations", nowhere);
        }

        if (changes.Threshold is < 0 or > 100)
        {
            return BadChange("threshold", "");
        }

        decimal WeightOf(string code, decimal own) => changes.Weights.TryGetValue(code, out var other) ? other : own;
        var gone = new HashSet<string>();
        foreach (var group in scheme.Tree.Groups.Where(group => WeightOf(group.Code, group.Weight) == 0 || (group.Parent is { } parent && gone.Contains(parent))))
        {
            gone.Add(group.Code); // a parent stands before its groups
        }

        SchemeItem[] left = [.. scheme.Items.Where(item => WeightOf(item.Indicator, item.Weight) > 0 && !(item.Rule?.Group is { } group && gone.Contains(group)))
            .Select(item => item with
            {
                Weight = WeightOf(item.Indicator, item.Weight),
                Method = changes.Methods.TryGetValue(item.Indicator, out var method) ? method : item.Method,
            })];
        return left.Length == 0 ? BadChange("weights", "") : scheme with
        {
            Threshold = changes.Threshold ?? scheme.Threshold,
            Items = left,
            Tree = scheme.Tree with
            {
                Aggregation = changes.Aggregations.TryGetValue(TreeRules.Goal, out var goal) ? goal : scheme.Tree.Aggregation,
                Groups = [.. scheme.Tree.Groups.Where(group => !gone.Contains(group.Code)).Select(group => group with
                {
                    Weight = WeightOf(group.Code, group.Weight),
                    Aggregation = changes.Aggregations.TryGetValue(group.Code, out var how) ? how : group.Aggregation,
                })],
            },
        };
    }

    private static bool Fits(SchemeItem item) => item.Method switch
    {
        _ when item.HasTarget && item.Rule?.Source is not (null or ValueSource.Indicator) => false,
        _ when !item.HasTarget && item.Rule?.VetoGrade is not null => false,
        _ when item.HasTarget && item.Rule is { } rule && (rule.Per is not null || rule.Treatment is not Treatment.None || rule.Imputation is not Imputation.None) => false,
        Method.Steps => item.Rule?.Steps is not null,
        Method.Goalposts or Method.ZScore => item.Rule is { Low: not null, High: not null },
        Method.DistanceToReference => item.Rule?.Reference is not null,
        _ => true,
    };

    // Empty: the member as a whole.
    private static string Pointer(string code) =>
        code.Length == 0 ? "" : $"/{code.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
