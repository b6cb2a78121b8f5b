using CsCheck;
using Wuwei.Indicator.Expressions;

namespace Wuwei.Indicator.Tests.Expressions;

public sealed class ExpressionTests
{
    private static readonly string[] s_items = ["[1]", "[4]@2020", "[4]@-12", "[service-share-gain]", "{loans.jobs}"];

    private static readonly Gen<Expression> s_item = Gen.OneOf(
        new ItemRef("1", false), new ItemRef("4", false, 2020), new ItemRef("4", false, Before: 12), new ItemRef("service-share-gain", false), new ItemRef("loans.jobs", true)).Select(item => (Expression)new Expression.Item(item));

    private static readonly Gen<Expression> s_number = Gen.OneOf<Expression>(
        Gen.Decimal[0, 10_000].Select(value => (Expression)new Expression.Number(decimal.Round(value, 4))), s_item);

    // Whatever can be written, not too deep: numbers over numbers, conditions only where they may stand.
    private static Gen<Expression> Numbers(int depth) => depth == 0 ? s_number : Gen.OneOf<Expression>(
        s_number,
        Gen.Select(Gen.OneOf("+", "-", "*", "/"), Numbers(depth - 1), Numbers(depth - 1)).Select((sign, l, r) => (Expression)new Expression.Binary(sign, l, r)),
        Numbers(depth - 1).Select(of => (Expression)new Expression.Negative(of)),
        Gen.Select(Gen.OneOf("min", "max", "coalesce"), Numbers(depth - 1).Array[1, 3]).Select((name, of) => (Expression)new Expression.Call(name, of)),
        Numbers(depth - 1).Select(of => (Expression)new Expression.Call("abs", [of])),
        Gen.Select(Truths(depth - 1), Numbers(depth - 1), Numbers(depth - 1)).Select((c, l, r) => (Expression)new Expression.Call("if", [c, l, r])));

    private static Gen<Expression> Truths(int depth) => depth == 0
        ? Gen.Select(Gen.OneOf("=", "<>", "<", "<=", ">", ">="), s_number, s_number).Select((sign, l, r) => (Expression)new Expression.Binary(sign, l, r))
        : Gen.OneOf<Expression>(
            Truths(0),
            Numbers(depth - 1).Select(of => (Expression)new Expression.Call("known", [of])),
            Truths(depth - 1).Select(of => (Expression)new Expression.Not(of)),
            Gen.Select(Gen.OneOf("and", "or"), Truths(depth - 1), Truths(depth - 1)).Select((sign, l, r) => (Expression)new Expression.Binary(sign, l, r)));

    private static readonly Gen<Dictionary<string, decimal?>> s_values =
        Gen.Decimal[-1000, 1000].Nullable().Array[s_items.Length].Select(values => s_items.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second));

    [Fact]
    public void Given_any_expression_When_written_and_read_Then_it_is_the_same() =>
        Numbers(4).Sample(expression =>
        {
            var text = expression.ToString();
            if (text.Length > ExpressionParser.MaxLength)
            {
                return;
            }

            var (read, error) = ExpressionParser.Read(text);
            Assert.Null(error);
            Assert.Equal(expression, read);
        }, iter: 2000);

    [Fact]
    public void Given_anything_at_all_When_read_Then_it_is_an_expression_or_an_error_at_a_place_in_it()
    {
        var piece = Gen.OneOf<string>(Gen.OneOf("[6]", "{loans.jobs}", "(", ")", "if(", ",", "+", "-", " and ", " not ", "<=", "12.5", "@2020", "known(", "[", "}", "。", "𠮷"), Gen.String[0, 3]);
        piece.Array[0, 12].Select(string.Concat).Sample(text =>
        {
            var (read, error) = ExpressionParser.Read(text);
            Assert.True(read is null != error is null);
            Assert.True(error is null || (error.Position >= 1 && error.Position <= text.Length + 1 && error.Expected.Length > 0), $"{text}: {error}");
        }, iter: 5000);
    }

    [Fact]
    public void Given_any_values_When_evaluated_Then_missing_ones_do_what_the_strategy_says() =>
        Gen.Select(Numbers(3), s_values).Sample((expression, values) =>
        {
            decimal? Of(ItemRef item) => values[item.ToString()];
            var whole = values.ToDictionary(pair => pair.Key, pair => pair.Value ?? 0);
            var zero = expression.Evaluate(Of, MissingValues.Zero);
            var any = expression.Evaluate(Of, MissingValues.SkipIfAny);
            var all = expression.Evaluate(Of, MissingValues.SkipIfAll);
            // Each result is either none or that of zeros: strategies decide whether there is one, never which.
            Assert.True(any is null || any == zero);
            Assert.True(all is null || all == zero);
            Assert.True(any is null || all is not null || expression.Items.All(item => Of(item) is null));
            if (expression.Items.All(item => Of(item) is not null))
            {
                Assert.Equal(zero, any);
                Assert.Equal(zero, all);
            }

            if (!expression.ToString().Contains("coalesce", StringComparison.Ordinal) && !expression.ToString().Contains("known", StringComparison.Ordinal))
            {
                Assert.Equal(zero, expression.Evaluate(item => whole[item.ToString()], MissingValues.SkipIfAny));
                Assert.True(expression.Items.All(item => Of(item) is not null) || any is null);
            }
        }, iter: 2000);

    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("10 - 4 - 3", 3)]
    [InlineData("2 * -3", -6)]
    [InlineData("100 * [1] / {loans.jobs}", 50)]
    [InlineData("[1] / 0", null)]
    [InlineData("79228162514264337593 * 79228162514264337593", null)]
    [InlineData("if([1] >= 20 and not [1] = 21, 1, 2)", 1)]
    [InlineData("if(known([4]@2020), 1, 2)", 2)]
    [InlineData("coalesce([4]@2020, [1], 5)", 20)]
    [InlineData("round(2.345, 2)", 2.35)]
    [InlineData("max(1, [1], 3) - min(4, 2)", 18)]
    [InlineData("abs(3 - [1])", 17)]
    [InlineData("[1] - [1]@-1 + {loans.jobs}@-12", 14)]
    public void Given_an_expression_When_evaluated_Then_it_is_arithmetic(string text, object? value)
    {
        var (expression, error) = ExpressionParser.Read(text);
        Assert.Null(error);
        Assert.Equal(value is null ? null : Convert.ToDecimal(value, null), expression!.Evaluate(item => item.ToString() switch { "[1]" => 20, "[1]@-1" => 15, "{loans.jobs}" => 40, "{loans.jobs}@-12" => 9, _ => null }, MissingValues.Zero));
    }

    [Theory]
    [InlineData("", 1, "函数")]
    [InlineData("1 +", 4, "函数")]
    [InlineData("[6", 3, "]")]
    [InlineData("[6] [7]", 5, "运算符")]
    [InlineData("[6]@20", 5, "年份")]
    [InlineData("[6]@-61", 6, "期数")]
    [InlineData("sum([6])", 1, "函数")]
    [InlineData("if([6], 1, 2)", 4, "条件")]
    [InlineData("1 + (2 > 1)", 5, "数值")]
    [InlineData("[1] > 2", 1, "数值")]
    [InlineData("round(1)", 8, ",")]
    [InlineData("abs(1, 2)", 6, ")")]
    [InlineData("12.5.5 + 1", 1, "数")]
    [InlineData("[6] ＋ 1", 5, "运算符")]
    [InlineData("{Training}", 2, "计数项代码")]
    public void Given_what_makes_no_sense_When_read_Then_the_place_and_what_was_expected_are_said(string text, int position, string expected)
    {
        var error = ExpressionParser.Read(text).Error!;
        Assert.Equal(position, error.Position);
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_brackets_without_end_When_read_Then_it_ends_with_an_error_and_not_with_the_process()
    {
        Assert.Contains("40", ExpressionParser.Read(new string('(', 900)).Error!.Expected, StringComparison.Ordinal);
        Assert.Contains("40", ExpressionParser.Read(new string('-', 900)).Error!.Expected, StringComparison.Ordinal);
        Assert.Equal(1001, ExpressionParser.Read(new string('1', 1001)).Error!.Position);
    }
}
