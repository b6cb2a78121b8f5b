using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Expressions;
using Wuwei.Indicator.Observations;

namespace Wuwei.Indicator.Validation;

/// <summary>How two sides must stand to each other.</summary>
public enum RuleOperator
{
    Equal,

    NotEqual,

    Greater,

    AtLeast,

    Less,

    AtMost,

    /// <summary>Both sides have a value, or none has.</summary>
    CompulsoryPair,

    /// <summary>Not both sides have a value.</summary>
    ExclusivePair,
}

/// <summary>How bad it is when a rule does not hold.</summary>
public enum Severity { High, Medium, Low }

/// <summary>What must hold between figures, in every region.</summary>
/// <param name="Left">An expression, as in a definition.</param>
/// <param name="Missing">What to do about items without a value; pairs look at whether a side has any.</param>
/// <param name="Instruction">What the clerk is to do.</param>
/// <param name="Mark">How sure: P plan, S public source, L law, I inference, D design proposal, U unverified.</param>
/// <param name="Revision">Also the ETag.</param>
public sealed record ValidationRule(
    string Code, int Revision, string NameZh, string Left, RuleOperator Operator, string Right, MissingValues Missing, Severity Severity,
    string Instruction, bool Active, string Mark, string Reason, DateTimeOffset KnownAt)
{
    internal ValidationRuleForm ToForm() => new()
    {
        NameZh = NameZh,
        Left = Left,
        Operator = Operator,
        Right = Right,
        Missing = Missing,
        Severity = Severity,
        Instruction = Instruction,
        Active = Active,
        Reason = Reason,
    };
}

/// <summary>A rule that does not hold somewhere.</summary>
public sealed record Violation(
    string Rule, string NameZh, Severity Severity, string Region, string Period, decimal? Left, RuleOperator Operator, decimal? Right, string Instruction);

/// <summary>Whether rules hold; pure.</summary>
internal static class Judgement
{
    /// <summary>Null: it cannot be said, for want of a value.</summary>
    public static bool? Holds(RuleOperator @operator, decimal? left, decimal? right) => (@operator, left, right) switch
    {
        (RuleOperator.CompulsoryPair, _, _) => left is null == right is null,
        (RuleOperator.ExclusivePair, _, _) => left is null || right is null,
        (_, null, _) or (_, _, null) => null,
        (RuleOperator.Equal, { } l, { } r) => l == r,
        (RuleOperator.NotEqual, { } l, { } r) => l != r,
        (RuleOperator.Greater, { } l, { } r) => l > r,
        (RuleOperator.AtLeast, { } l, { } r) => l >= r,
        (RuleOperator.Less, { } l, { } r) => l < r,
        (_, { } l, { } r) => l <= r,
    };

    /// <summary>What a side comes to, in a region over a stretch of months.</summary>
    public static decimal? Side(Derivation side, RuleOperator @operator, string region, Window window, IReadOnlyCollection<Cell> cells) =>
        // Zero for what is missing would make every pair whole.
        (@operator is RuleOperator.CompulsoryPair or RuleOperator.ExclusivePair ? side with { Missing = MissingValues.SkipIfAny } : side).Of(region, window, cells).Value;
}

/// <summary>A rule as stored.</summary>
internal sealed record RuleRow(
    string Code, int Revision, string NameZh, string LeftSide, string Operator, string RightSide, string Missing, string Severity,
    string Instruction, bool Active, string Mark, string Reason, string SetBy, DateTimeOffset KnownAt)
{
    public const string Columns =
        "code, revision, name_zh, left_side, operator, right_side, missing, severity, instruction, active, mark, reason, set_by, known_at";

    public const string CurrentSql = $"""
        select distinct on (code) {Columns}
        from validation_rule
        order by code, revision desc
        """;

    public ValidationRule ToRule() => new(Code, Revision, NameZh, LeftSide, Enum.Parse<RuleOperator>(Operator.Replace("-", ""), ignoreCase: true), RightSide,
        Definitions.MissingOf(Missing), Enum.Parse<Severity>(Severity, ignoreCase: true), Instruction, Active, Mark, Reason, KnownAt);
}
