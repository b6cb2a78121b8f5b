using System.Globalization;
using Wuwei.Indicator.Observations;

namespace Wuwei.Indicator.Expressions;

/// <summary>What to do about items that have no value.</summary>
public enum MissingValues
{
    /// <summary>One missing item is enough for there to be no result.</summary>
    SkipIfAny,

    /// <summary>Only when all items are missing there is no result; else a missing one is zero.</summary>
    SkipIfAll,

    /// <summary>A missing item is zero.</summary>
    Zero,
}

/// <summary>What an expression refers to.</summary>
/// <param name="Code">Of an indicator, or of a measure.</param>
/// <param name="Year">A year of its own, whatever period is asked; null: the period asked for.</param>
/// <param name="Before">So many periods before the one asked for.</param>
internal sealed record ItemRef(string Code, bool IsMeasure, int? Year = null, int Before = 0)
{
    public override string ToString() => $"{(IsMeasure ? $"{{{Code}}}" : $"[{Code}]")}{(Year is { } year ? $"@{year}" : Before > 0 ? $"@-{Before}" : "")}";

    /// <summary>The months it looks at, when these are asked for.</summary>
    public Window Of(Window window)
    {
        if (Year is { } year)
        {
            return new(new(year, 1, 1), new(year, 12, 1));
        }

        var length = (window.To.Year - window.From.Year) * 12 + window.To.Month - window.From.Month + 1;
        return Before == 0 ? window : new(window.From.AddMonths(-Before * length), window.To.AddMonths(-Before * length));
    }
}

/// <summary>An expression over indicators and measures: numbers, truth values, and what is missing.</summary>
internal abstract record Expression
{
    internal sealed record Number(decimal Value) : Expression;

    internal sealed record Item(ItemRef Ref) : Expression;

    internal sealed record Negative(Expression Of) : Expression;

    internal sealed record Not(Expression Of) : Expression;

    /// <param name="Sign">One of + - * / = &lt;&gt; &lt; &lt;= &gt; &gt;= and or.</param>
    internal sealed record Binary(string Sign, Expression Left, Expression Right) : Expression;

    /// <param name="Name">Of <see cref="ExpressionParser.Functions"/>.</param>
    internal sealed record Call(string Name, IReadOnlyList<Expression> Arguments) : Expression
    {
        public bool Equals(Call? other) => other is not null && Name == other.Name && Arguments.SequenceEqual(other.Arguments);

        public override int GetHashCode() => HashCode.Combine(Name, Arguments.Count);
    }

    /// <summary>Every item that is referred to, each once.</summary>
    public IEnumerable<ItemRef> Items => Walk(ownGuards: true).Distinct();

    /// <summary>The value.</summary>
    /// <param name="of">Of an item; null: missing.</param>
    /// <returns>Null: missing, a division by zero, or a number too large.</returns>
    public decimal? Evaluate(Func<ItemRef, decimal?> of, MissingValues missing)
    {
        var items = Walk(ownGuards: false).Distinct().ToArray();
        var known = items.Count(item => of(item) is not null);
        if ((missing is MissingValues.SkipIfAny && known < items.Length) || (missing is MissingValues.SkipIfAll && known == 0 && items.Length > 0))
        {
            return null;
        }

        try
        {
            return ValueOf(this, of, isGuarded: false);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>As it would be written, with every bracket that it needs.</summary>
    public sealed override string ToString() => this switch
    {
        Number number => number.Value.ToString(CultureInfo.InvariantCulture),
        Item item => item.Ref.ToString(),
        Negative negative => $"-({negative.Of})",
        Not not => $"not ({not.Of})",
        Binary binary => $"({binary.Left} {binary.Sign} {binary.Right})",
        Call call => $"{call.Name}({string.Join(", ", call.Arguments)})",
        _ => throw new InvalidOperationException("No other kind."),
    };

    // What known() and coalesce() look at may be missing: they are there to say what happens then.
    private IEnumerable<ItemRef> Walk(bool ownGuards) => this switch
    {
        Item item => [item.Ref],
        Negative negative => negative.Of.Walk(ownGuards),
        Not not => not.Of.Walk(ownGuards),
        Binary binary => binary.Left.Walk(ownGuards).Concat(binary.Right.Walk(ownGuards)),
        Call { Name: "known" or "coalesce" } when !ownGuards => [],
        Call call => call.Arguments.SelectMany(argument => argument.Walk(ownGuards)),
        _ => [],
    };

    // Truth is 1, falsehood 0. Outside of guards what is missing is zero: whether it may be, was asked before.
    private static decimal? ValueOf(Expression expression, Func<ItemRef, decimal?> of, bool isGuarded)
    {
        switch (expression)
        {
            case Number number:
                return number.Value;
            case Item item:
                return of(item.Ref) ?? (isGuarded ? null : 0);
            case Negative negative:
                return -ValueOf(negative.Of, of, isGuarded);
            case Not not:
                return ValueOf(not.Of, of, isGuarded) is { } truth ? (truth == 0 ? 1 : 0) : null;
            case Call { Name: "known" } call:
                return ValueOf(call.Arguments[0], of, isGuarded: true) is null ? 0 : 1;
            case Call { Name: "coalesce" } call:
                return call.Arguments.Select(argument => ValueOf(argument, of, isGuarded: true)).FirstOrDefault(value => value is not null);
            case Call { Name: "if" } call:
                return ValueOf(call.Arguments[0], of, isGuarded) is { } condition ? ValueOf(call.Arguments[condition != 0 ? 1 : 2], of, isGuarded) : null;
            case Call call:
                var arguments = call.Arguments.Select(argument => ValueOf(argument, of, isGuarded)).ToArray();
                return arguments.Contains(null) ? null : call.Name switch
                {
                    "min" => arguments.Min(),
                    "max" => arguments.Max(),
                    "abs" => Math.Abs(arguments[0]!.Value),
                    "round" => decimal.Round(arguments[0]!.Value, (int)Math.Clamp(arguments[1]!.Value, 0, 10), MidpointRounding.AwayFromZero),
                    _ => throw new InvalidOperationException($"No function {call.Name}."),
                };
            case Binary binary:
                return ValueOf(binary.Left, of, isGuarded) is { } left && ValueOf(binary.Right, of, isGuarded) is { } right ? Join(binary.Sign, left, right) : null;
            default:
                throw new InvalidOperationException("No other kind.");
        }
    }

    private static decimal? Join(string sign, decimal left, decimal right) => sign switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => right == 0 ? null : left / right,
        "=" => left == right ? 1 : 0,
        "<>" => left != right ? 1 : 0,
        "<" => left < right ? 1 : 0,
        "<=" => left <= right ? 1 : 0,
        ">" => left > right ? 1 : 0,
        ">=" => left >= right ? 1 : 0,
        "and" => left != 0 && right != 0 ? 1 : 0,
        "or" => left != 0 || right != 0 ? 1 : 0,
        _ => throw new InvalidOperationException($"No sign {sign}."),
    };
}
