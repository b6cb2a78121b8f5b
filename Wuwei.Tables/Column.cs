using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Wuwei.Tables;

/// <summary>What a column's cells are read as.</summary>
public enum ColumnType
{
    /// <summary>Text; a number that Excel made of it is taken back while no digit is lost.</summary>
    Text,

    /// <summary>A number of a document: never a number to Excel, which keeps 15 digits and no leading zero.</summary>
    Identifier,

    Integer,

    Decimal,

    Date,

    /// <summary>One of a list, by its name or its code.</summary>
    Code,

    /// <summary>是 or 否.</summary>
    YesNo,
}

/// <summary>One value of a list.</summary>
/// <param name="Value">As the API has it, e.g. <c>skill-level</c>.</param>
/// <param name="Name">As people read it, e.g. 职业技能等级证书.</param>
public sealed record CodeName(string Value, string Name);

/// <summary>One column of a table: its template, how its cells are read, and how it is written.</summary>
/// <param name="Header">In Chinese, as in the first row.</param>
/// <param name="Field">JSON pointer of the member it fills, e.g. <c>/person/name</c>.</param>
/// <param name="Rule">What may be written there, for the help sheet.</param>
/// <param name="Example">One value, for the help sheet.</param>
public sealed partial record Column(string Header, string Field, ColumnType Type, string Rule, string Example)
{
    /// <summary>Whether every row must have it. A member that is needed in some cases only is left to the rules.</summary>
    public bool Required { get; init; } = true;

    /// <summary>The list of a <see cref="ColumnType.Code"/>.</summary>
    public IReadOnlyList<CodeName> Codes { get; init; } = [];

    internal static readonly IReadOnlyList<CodeName> YesAndNo = [new("true", "是"), new("false", "否")];

    /// <summary>What may be chosen; nothing when anything may be written.</summary>
    internal IReadOnlyList<CodeName> Choices => Type is ColumnType.YesNo ? YesAndNo : Codes;

    /// <summary>The member and what it is in, from outside.</summary>
    internal string[] Path { get; } = Field[1..].Split('/');

    // A list may be long, and is asked for every row.
    private Dictionary<string, CodeName> ByName => field ??= Choices.ToDictionary(choice => choice.Name);

    private Dictionary<string, CodeName> ByValue => field ??= Choices.ToDictionary(choice => choice.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>What the API calls what a list calls <paramref name="name"/>; null: nothing is called so.</summary>
    internal string? ValueOf(string name) => ByName.GetValueOrDefault(name)?.Value;

    /// <summary>Reads a cell.</summary>
    /// <param name="text">What it comes to, in the form that <see cref="WriteJson"/> takes; as it stood, when something is wrong.</param>
    /// <returns>What is wrong with it; null: nothing.</returns>
    internal CellProblem? Read(Cell cell, out string text)
    {
        text = Narrow(cell.Text).Trim();
        return cell.Kind switch
        {
            // Also as text: so they are in CSV, and in a workbook of errors that was sent again as it was.
            CellKind.Formula => CellProblem.Formula,
            _ when text.StartsWith('=') => CellProblem.Formula,
            CellKind.Error => CellProblem.Error,
            _ when text is ['#', ..] && ErrorValue().IsMatch(text) => CellProblem.Error,
            _ when text.Length == 0 => Required ? CellProblem.Missing : null,
            _ => Type switch
            {
                ColumnType.Identifier => cell.Kind is CellKind.Text && !Exponent().IsMatch(text) ? null : CellProblem.NumberForText,
                ColumnType.Text => cell.Kind is CellKind.Number && text.Count(char.IsAsciiDigit) > 15 || Exponent().IsMatch(text) ? CellProblem.NumberForText : null,
                ColumnType.Integer => ReadNumber(ref text, whole: true),
                ColumnType.Decimal => ReadNumber(ref text, whole: false),
                ColumnType.Date => ReadDay(ref text),
                _ => ReadCode(ref text),
            },
        };
    }

    /// <summary>Writes the member's value.</summary>
    /// <param name="text">As <see cref="Read"/> gave it; not empty.</param>
    internal void WriteJson(Utf8JsonWriter json, string text)
    {
        switch (Type)
        {
            case ColumnType.Integer or ColumnType.Decimal:
                json.WriteRawValue(text);
                break;
            case ColumnType.YesNo:
                json.WriteBooleanValue(ValueOf(text) == "true");
                break;
            case ColumnType.Code:
                json.WriteStringValue(ValueOf(text));
                break;
            default:
                json.WriteStringValue(text);
                break;
        }
    }

    private static CellProblem? ReadNumber(ref string text, bool whole)
    {
        // 1,000 is a thousand; 1,00 is nothing.
        if (!Number().IsMatch(text) || !decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number))
        {
            return whole ? CellProblem.NotWhole : CellProblem.NotNumber;
        }

        if (whole && number != decimal.Truncate(number))
        {
            return CellProblem.NotWhole;
        }

        // Without zeros at the end, as Excel keeps it.
        text = number.ToString("0.############################", CultureInfo.InvariantCulture);
        return null;
    }

    private static CellProblem? ReadDay(ref string text)
    {
        if (!Days.TryRead(text, out var day))
        {
            return CellProblem.NotDay;
        }

        text = Days.Write(day);
        return null;
    }

    private CellProblem? ReadCode(ref string text)
    {
        if ((ByName.GetValueOrDefault(text) ?? ByValue.GetValueOrDefault(text)) is not { } known)
        {
            return CellProblem.NotInList;
        }

        text = known.Name;
        return null;
    }

    // Full-width digits, letters and signs become their usual form; text of people keeps its own punctuation.
    private string Narrow(string text) => Type is ColumnType.Text or ColumnType.Code || !text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? text : string.Create(text.Length, text, (result, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            result[i] = source[i] switch
            {
                >= '\uff01' and <= '\uff5e' and var wide => (char)(wide - 0xfee0),
                '\u3000' or '\u00a0' => ' ',
                var other => other,
            };
        }
    });

    [GeneratedRegex(@"^#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)\z", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorValue();

    [GeneratedRegex(@"^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^[0-9](\.[0-9]+)?[Ee]\+?[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Exponent();
}

/// <summary>What is wrong with a cell.</summary>
/// <param name="Code">Stable, e.g. <c>cell.formula</c>.</param>
/// <param name="Message">In Chinese.</param>
/// <param name="Advice">What to do, in Chinese.</param>
public sealed record CellProblem(string Code, string Message, string Advice)
{
    public static readonly CellProblem
        Missing = new("cell.missing", "必填项为空。", "请填写。"),
        Formula = new("cell.formula", "单元格中是公式。", "请复制后“选择性粘贴为数值”。"),
        Error = new("cell.error", "单元格中是错误值（如 #N/A）。", "请改为实际内容。"),
        NumberForText = new("cell.number_for_text", "号码被 Excel 转成了数字，后几位或开头的 0 已经丢失。", "请先把该列设为“文本”格式，再重新填写完整号码。"),
        NotWhole = new("cell.not_whole", "应为整数。", "请只填写数字，不带单位。"),
        NotNumber = new("cell.not_number", "应为数字。", "请只填写数字，不带单位。"),
        NotDay = new("cell.not_day", "日期无法识别。", "请填写为 2026-01-05 的形式。"),
        NotInList = new("cell.not_in_list", "不在可选内容之中。", "请从下拉列表中选择。"),
        Beyond = new("cell.beyond", "表头以外的列中有内容。", "请删除该列的内容。");
}
