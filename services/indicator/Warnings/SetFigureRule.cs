using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Expressions;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Warnings;

public static class SetFigureRule
{
    public static readonly Refusal NotAMonth = Refusal.Invalid("warning.rule_month", "起始日期须是 2000 至 2099 年间某月的第一天。", "/validFrom");
    public static readonly Refusal OutOfOrder = Refusal.Invalid("warning.rule_order", "各级起点须由Ⅲ级到Ⅰ级趋重，解除线不得重于起点。", "/raise");

    public static void Map(IEndpointRouteBuilder rules)
    {
        rules.MapGet("", ListAsync).WithName("ListFigureRules");
        rules.MapPut("/{code}/{validFrom}", HandleAsync)
            .WithName(nameof(SetFigureRule))
            .RequireScope("indicator.write")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }

    /// <summary>Figures that are watched, by the month from which on; those that are out of use too.</summary>
    internal static async Task<Pulled<IReadOnlyList<FigureRule>>> ListAsync(Database db, CancellationToken cancellation) =>
        new([.. (await db.ListAsync<FigureRuleRow>(Scope.System("warnings"), FigureRuleRow.CurrentSql, null, cancellation)).Select(row => row.ToRule())]);

    /// <summary>Has a figure watched from a month on, or changes that with If-Match: any expression over indicators and measures, in the city and every county.</summary>
    /// <param name="validFrom">First day of the first month.</param>
    internal static async Task<Results<Ok<FigureRule>, ProblemHttpResult>> HandleAsync(
        string code, DateOnly validFrom, FigureRuleForm form, Caller caller, IndicatorCatalogue catalogue, Database db, WarningSignal signal, HttpContext http, CancellationToken cancellation)
    {
        if ((Definitions.CheckSetter(caller, code) ?? (validFrom.Day != 1 || validFrom.Year is < 2000 or > 2099 ? NotAMonth : form.IsInOrder ? null : OutOfOrder)) is { } invalid)
        {
            return invalid.ToProblem();
        }

        var nameable = await catalogue.NameableAsync(cancellation);
        await using var work = await db.BeginAsync(caller.Scope, cancellation);
        var ledger = await LedgerClock.LockAsync(work);
        var known = await IndicatorCatalogue.DefinitionsAsync(work);
        if (Definitions.Derive(form.Expression, form.Missing, null, nameable, known).IsRefused(out var refusal, out _))
        {
            return refusal.ToProblem();
        }

        var before = (await work.ListAsync<FigureRuleRow>(FigureRuleRow.CurrentSql)).FirstOrDefault(row => row.Code == code && row.ValidFrom == validFrom);
        if (http.CheckIfMatch(before?.Revision) is { } stale)
        {
            return stale.ToProblem();
        }

        var next = new FigureRuleRow(code, validFrom, (before?.Revision ?? 0) + 1, form.NameZh, form.Expression, Codes.Of(form.Missing), Codes.Of(form.Side),
            form.Raise.Yellow, form.Raise.Orange, form.Raise.Red, form.Clear.Yellow, form.Clear.Orange, form.Clear.Red, form.ClearAfter, form.Active, "D", form.Reason, caller.Subject, ledger.KnownAt);
        work.Write(InsertSql, next);
        work.Audit(caller, new Act("figure-rule.set", $"warnings/rules/{code}/{validFrom:yyyy-MM-dd}", before?.ToRule(), next.ToRule()));
        await work.CommitAsync();
        signal.Set();
        http.Response.Headers.ETag = ETags.Of(next.Revision);
        return TypedResults.Ok(next.ToRule());
    }

    private const string InsertSql = $"""
        insert into figure_rule ({FigureRuleRow.Columns})
        values (@Code, @ValidFrom, @Revision, @NameZh, @Expression, @Missing, @Side, @Yellow, @Orange, @Red, @YellowClear, @OrangeClear, @RedClear, @ClearAfter, @Active, @Mark,
            @Reason, @SetBy, @KnownAt)
        """;
}

/// <summary>A figure to watch.</summary>
public sealed record FigureRuleForm
{
    /// <summary>What the figure is.</summary>
    [Required(ErrorMessage = "须写明名称。"), TextLength(60, MinimumLength = 1, ErrorMessage = "名称须为 1 到 60 字。")] public required string NameZh { get; init; }

    /// <summary>As in a definition: <c>[2]</c>, <c>100 * [7] / [1]</c>, <c>[8] - [8]@-1</c>.</summary>
    [Required(ErrorMessage = "须写明表达式。"), TextLength(ExpressionParser.MaxLength, MinimumLength = 1, ErrorMessage = "表达式须为 1 到 1000 字。")]
    public required string Expression { get; init; }

    /// <summary>What to do about items without a value.</summary>
    public required MissingValues Missing { get; init; }

    /// <summary>On which side of a threshold the figure is bad.</summary>
    public required FigureSide Side { get; init; }

    /// <summary>Where each level begins.</summary>
    public required LevelFigures Raise { get; init; }

    /// <summary>Back beyond which it ends.</summary>
    public required LevelFigures Clear { get; init; }

    /// <summary>1 to 12 months in a row that this takes.</summary>
    [Range(1, 12, ErrorMessage = "月数须在 1 到 12 之间。")] public required int ClearAfter { get; init; }

    /// <summary>Whether it is in use.</summary>
    public required bool Active { get; init; }

    /// <summary>Why it is set or changed.</summary>
    [Required(ErrorMessage = "须写明理由。"), TextLength(500, MinimumLength = 1, ErrorMessage = "理由须为 1 到 500 字。")] public required string Reason { get; init; }

    internal bool IsInOrder
    {
        get
        {
            var (raise, clear) = (Raise.Times(Side == FigureSide.Above ? 1 : -1), Clear.Times(Side == FigureSide.Above ? 1 : -1));
            return raise.Keys.All(level => clear[level] <= raise[level] && (level == 0 || (raise[level] >= raise[level - 1] && clear[level] >= clear[level - 1])));
        }
    }
}
