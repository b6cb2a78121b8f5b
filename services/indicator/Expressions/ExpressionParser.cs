using System.Globalization;

namespace Wuwei.Indicator.Expressions;

/// <summary>Why an expression cannot be read.</summary>
/// <param name="Position">Of the character at fault, from 1; one past the end when something is missing there.</param>
/// <param name="Expected">What could stand there, in Chinese.</param>
/// <param name="Found">What stands there.</param>
public sealed record ExpressionError(int Position, string Expected, string Found)
{
    public override string ToString() => $"第 {Position} 个字符处应为{Expected}，实为{Found}。";
}

/// <summary>
/// Reads expressions: <c>[6]</c> an indicator, <c>[4]@2020</c> its value of a year, <c>[6]@-1</c> of the period before,
/// <c>{training.person-times}</c> a measure;
/// numbers, + - * /, comparisons, and, or, not, brackets, and the functions below. The result is a number.
/// </summary>
internal sealed class ExpressionParser
{
    /// <summary>Longest expression.</summary>
    public const int MaxLength = 1000;

    // Deeper ones would be of nobody's writing, and cost stack.
    private const int MaxDepth = 40;

    /// <summary>Most periods back.</summary>
    public const int MaxBefore = 60;

    /// <summary>Functions, with the least and most arguments; the first of <c>if</c> is a condition.</summary>
    public static readonly IReadOnlyDictionary<string, (int Least, int Most)> Functions = new Dictionary<string, (int, int)>
    {
        ["if"] = (3, 3),
        ["min"] = (1, 20),
        ["max"] = (1, 20),
        ["abs"] = (1, 1),
        ["round"] = (2, 2),
        ["coalesce"] = (1, 20),
        ["known"] = (1, 1),
    };

    private static readonly string[] s_comparisons = ["<=", ">=", "<>", "=", "<", ">"];

    private readonly string _text;
    private int _at;
    private int _depth;

    private ExpressionParser(string text) => _text = text;

    /// <summary>Reads an expression, or says where it stops making sense.</summary>
    /// <param name="condition">Whether it has to be a condition; else a number.</param>
    public static (Expression? Expression, ExpressionError? Error) Read(string text, bool condition = false)
    {
        if (text.Length > MaxLength)
        {
            return (null, new(MaxLength + 1, $"最多 {MaxLength} 个字符", "更多"));
        }

        var parser = new ExpressionParser(text);
        try
        {
            var expression = condition ? parser.Truth() : parser.Number();
            parser.Blank();
            return parser._at == text.Length ? (expression, null) : (null, parser.Wrong("运算符或结尾"));
        }
        catch (Unreadable unreadable)
        {
            return (null, unreadable.Error);
        }
    }

    // Every rule answers whether it made a truth value; who needs the other kind says so where it began.
    private Expression Number()
    {
        Blank();
        var start = _at;
        var (expression, isTruth) = Or();
        return isTruth ? throw new Unreadable(new(start + 1, "数值", "条件")) : expression;
    }

    private Expression Truth()
    {
        Blank();
        var start = _at;
        var (expression, isTruth) = Or();
        return isTruth ? expression : throw new Unreadable(new(start + 1, "条件", "数值"));
    }

    private (Expression, bool IsTruth) Or() => Joined("or", And);

    private (Expression, bool IsTruth) And() => Joined("and", Comparison);

    private (Expression, bool IsTruth) Joined(string word, Func<(Expression, bool)> part)
    {
        Blank();
        var start = _at;
        var (left, isTruth) = part();
        while (TakeWord(word))
        {
            Expect(isTruth, start, truth: true);
            Blank();
            start = _at;
            (var right, isTruth) = part();
            Expect(isTruth, start, truth: true);
            left = new Expression.Binary(word, left, right);
        }

        return (left, isTruth);
    }

    private (Expression, bool IsTruth) Comparison()
    {
        Blank();
        var start = _at;
        if (TakeWord("not"))
        {
            Blank();
            start = _at;
            var (denied, isTruth) = Deeper(Comparison);
            Expect(isTruth, start, truth: true);
            return (new Expression.Not(denied), true);
        }

        var (left, isLeftTruth) = Sum();
        if (s_comparisons.FirstOrDefault(Take) is not { } sign)
        {
            return (left, isLeftTruth);
        }

        Expect(isLeftTruth, start, truth: false);
        Blank();
        start = _at;
        var (right, isRightTruth) = Sum();
        Expect(isRightTruth, start, truth: false);
        return (new Expression.Binary(sign, left, right), true);
    }

    private (Expression, bool IsTruth) Sum() => Chain(["+", "-"], Product);

    private (Expression, bool IsTruth) Product() => Chain(["*", "/"], Factor);

    private (Expression, bool IsTruth) Chain(string[] signs, Func<(Expression, bool)> part)
    {
        Blank();
        var start = _at;
        var (left, isTruth) = part();
        while (signs.FirstOrDefault(Take) is { } sign)
        {
            Expect(isTruth, start, truth: false);
            Blank();
            start = _at;
            (var right, isTruth) = part();
            Expect(isTruth, start, truth: false);
            left = new Expression.Binary(sign, left, right);
        }

        return (left, isTruth);
    }

    private (Expression, bool IsTruth) Factor()
    {
        Blank();
        if (Take("-"))
        {
            Blank();
            var start = _at;
            var (of, isTruth) = Deeper(Factor);
            Expect(isTruth, start, truth: false);
            return (new Expression.Negative(of), false);
        }

        if (Take("("))
        {
            var inner = Deeper(Or);
            Need(")");
            return inner;
        }

        if (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            return (Literal(), false);
        }

        if (Take("["))
        {
            return (new Expression.Item(Ref("指标代码", "]", isMeasure: false)), false);
        }

        if (Take("{"))
        {
            return (new Expression.Item(Ref("计数项代码", "}", isMeasure: true)), false);
        }

        return Call();
    }

    private (Expression, bool IsTruth) Call()
    {
        var start = _at;
        while (_at < _text.Length && char.IsAsciiLetterLower(_text[_at]))
        {
            _at++;
        }

        var name = _text[start.._at];
        if (!Functions.TryGetValue(name, out var count))
        {
            _at = start;
            throw Unread(name.Length > 0 ? $"函数（{string.Join('、', Functions.Keys)}）" : "数、[指标]、{计数项}、函数或 (");
        }

        Need("(");
        List<Expression> arguments = [];
        do
        {
            if (arguments.Count == count.Most)
            {
                _at--;
                throw Unread(")");
            }

            arguments.Add(Deeper(() => (name == "if" && arguments.Count == 0 ? Truth() : Number(), false)).Item1);
        }
        while (Take(","));
        if (arguments.Count < count.Least)
        {
            throw Unread(",");
        }

        Need(")");
        return (new Expression.Call(name, arguments), name == "known");
    }

    private ItemRef Ref(string expected, string end, bool isMeasure)
    {
        var code = Code(expected);
        Need(end);
        if (_at == _text.Length || _text[_at] != '@')
        {
            return new(code, isMeasure);
        }

        _at++;
        var isBefore = _at < _text.Length && _text[_at] == '-';
        _at += isBefore ? 1 : 0;
        var start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]) && _at - start < 4)
        {
            _at++;
        }

        var number = _at == start ? 0 : int.Parse(_text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture);
        if (isBefore && number is >= 1 and <= MaxBefore)
        {
            return new(code, isMeasure, Before: number);
        }

        if (!isBefore && number is >= 2000 and <= 2099)
        {
            return new(code, isMeasure, number);
        }

        _at = start;
        throw Unread(isBefore ? $"期数（1 至 {MaxBefore}）" : "年份（2000 至 2099）或 -期数");
    }

    private string Code(string expected)
    {
        Blank();
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterLower(_text[_at]) || char.IsAsciiDigit(_text[_at]) || _text[_at] is '-' or '.'))
        {
            _at++;
        }

        return _at > start && _at - start <= 60 ? _text[start.._at] : throw Unread(expected);
    }

    private Expression.Number Literal()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
        {
            _at++;
        }

        if (_at - start <= 20 && _text[_at - 1] != '.'
            && decimal.TryParse(_text.AsSpan(start, _at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return new(value);
        }

        _at = start;
        throw Unread("数（最多 20 位，如 12.5）");
    }

    private T Deeper<T>(Func<T> rule)
    {
        if (++_depth > MaxDepth)
        {
            throw Unread($"不超过 {MaxDepth} 层的括号");
        }

        var made = rule();
        _depth--;
        return made;
    }

    private bool Take(string sign)
    {
        Blank();
        if (!_text.AsSpan(_at).StartsWith(sign, StringComparison.Ordinal))
        {
            return false;
        }

        _at += sign.Length;
        return true;
    }

    private bool TakeWord(string word)
    {
        Blank();
        var end = _at + word.Length;
        return (end >= _text.Length || !char.IsAsciiLetter(_text[end])) && Take(word);
    }

    private void Need(string sign)
    {
        if (!Take(sign))
        {
            throw Unread(sign);
        }
    }

    private void Blank()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private static void Expect(bool isTruth, int start, bool truth)
    {
        if (isTruth != truth)
        {
            throw new Unreadable(new(start + 1, truth ? "条件" : "数值", truth ? "数值" : "条件"));
        }
    }

    private Unreadable Unread(string expected) => new(Wrong(expected));

    private ExpressionError Wrong(string expected)
    {
        Blank();
        return new(_at + 1, expected, _at == _text.Length ? "结尾" : $"“{char.ConvertFromUtf32(char.IsSurrogatePair(_text, _at) ? char.ConvertToUtf32(_text, _at) : char.IsSurrogate(_text[_at]) ? '?' : _text[_at])}”");
    }

    // Only ever thrown and caught here: unwinding the rules is what it is for.
    private sealed class Unreadable(ExpressionError error) : Exception
    {
        public ExpressionError Error { get; } = error;
    }
}
