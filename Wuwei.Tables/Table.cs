using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Wuwei.Tables;

/// <summary>One thing that is wrong with a row.</summary>
/// <param name="Row">As the spreadsheet numbers it; the header is 1.</param>
/// <param name="Header">The column; null: the row as a whole.</param>
/// <param name="Code">Stable.</param>
/// <param name="Message">In Chinese; never what the cell holds.</param>
/// <param name="Advice">What to do, in Chinese; may be empty.</param>
public sealed record RowError(int Row, string? Header, string Code, string Message, string Advice);

/// <summary>One row of a file.</summary>
/// <param name="Number">As the spreadsheet numbers it; the header is 1.</param>
/// <param name="Texts">One for each column of the table, in its order; empty when there is none.</param>
/// <param name="Errors">What is wrong with its cells by themselves.</param>
public sealed record TableRow(int Number, IReadOnlyList<string> Texts, IReadOnlyList<RowError> Errors);

/// <summary>
/// One declaration of a table's columns. It gives the templates (XLSX with drop-downs and a help sheet, CSV), reads both
/// back, makes the JSON body that the API would be sent, and writes the workbook of errors.
/// </summary>
/// <remarks>
/// <para>
/// An import has no rules of its own: a row becomes the body of the single endpoint, and passes its JSON, its annotations and its
/// rule. What is asked of a cell by itself follows from the column's type: a day as text or as a number of Excel's, a choice by the
/// name that the list shows, yes or no, an <c>Identifier</c> as text. An identifier that a spreadsheet has made a number of, a
/// formula, an error value (<c>#N/A</c>) are errors of the row, each with what to do (<see cref="RowError"/>).
/// </para>
/// <para>
/// <see cref="TableFile"/> opens XLSX, and CSV in UTF-8 with or without a mark, UTF-16 and GB18030, by what is in the file and not
/// by its name, and reads it row by row within <see cref="TableLimits"/>: what is too much, another kind of file (XLS, ODS, XLSB,
/// macros, a password), not as the template has it (a header missing, unknown or twice, merged cells, another version) or made to
/// hurt (bombs, DTD, links, names that lead elsewhere) is refused as a whole by <see cref="UnreadableTableException"/>, each with a
/// code of its own, <c>table.*</c>, before it costs anything.
/// </para>
/// <para>
/// The version of a template (<see cref="Version"/>) is a digest of what makes an older one wrong, so nobody has to raise it. A
/// workbook of errors has the columns and beside them 行号, 字段, 错误, 建议; put right, it is sent as it is.
/// </para>
/// <para>
/// A register takes files by <c>AddImport</c> and <c>MapImport</c> (docs/adr/0059-a-file-is-kept-as-it-is.md and
/// 0061-a-reader-of-our-own-for-spreadsheets.md): as <c>dry-run</c>, <c>all-or-nothing</c> or <c>accept-valid</c>, answered 202 with
/// a job; the same file in the same mode by the same caller is the same job.
/// </para>
/// </remarks>
/// <example><code>
/// static readonly Table s_table = new("培训记录", [new("姓名", "/person/name", ColumnType.Text, "与身份证一致", "张三"), …]);
/// using var opened = TableFile.Open(file, s_table, new TableLimits());
/// foreach (var row in opened.Rows()) { var body = s_table.ToJson(row.Texts); … }
/// </code></example>
/// <param name="Title">Name of the sheet, in Chinese.</param>
/// <param name="Columns">In the template's order; columns of the same object beside one another.</param>
public sealed record Table(string Title, IReadOnlyList<Column> Columns)
{
    /// <summary>What a workbook of errors has beside the columns; ignored when it is sent again.</summary>
    public static readonly IReadOnlyList<string> ErrorHeaders = ["行号", "字段", "错误", "建议"];

    /// <summary>Columns beside the others that help to fill them in; ignored when they come back.</summary>
    public IReadOnlyList<string> Beside { get; init; } = [];

    /// <summary>Changes with whatever makes an older template wrong; examples and rules may be reworded.</summary>
    public string Version => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Columns.Select(column =>
        $"{column.Header}|{column.Field}|{column.Type}|{column.Required}|{string.Join(',', column.Codes.Select(code => code.Name))}"))))[..4]);

    /// <summary>The header of the member at a JSON pointer; null when no column fills it.</summary>
    public string? HeaderOf(string? pointer) => Columns.FirstOrDefault(column => column.Field == pointer)?.Header;

    /// <summary>What a list calls a value of a member, e.g. 职业技能等级证书; the value itself when there is no list.</summary>
    public string? NameOf(string pointer, string? value) => value is null ? null
        : Columns.FirstOrDefault(column => column.Field == pointer)?.Choices.FirstOrDefault(choice => choice.Value == value)?.Name ?? value;

    /// <summary>What a row without errors says of a member of a list, as the API has it; null when there is no such column.</summary>
    public string? ValueOf(string pointer, IReadOnlyList<string> texts) =>
        Columns.Index().FirstOrDefault(column => column.Item.Field == pointer) is { Item: { } column, Index: var at } ? column.ValueOf(texts[at]) : null;

    /// <summary>The body that the API would be sent for a row without errors of its own; members without a value are left out.</summary>
    public ReadOnlyMemory<byte> ToJson(IReadOnlyList<string> texts)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            string? inside = null;
            for (var i = 0; i < Columns.Count; i++)
            {
                if (texts[i].Length == 0)
                {
                    continue;
                }

                var path = Columns[i].Path;
                var owner = path.Length == 1 ? null : path[0];
                if (owner != inside)
                {
                    if (inside is not null)
                    {
                        json.WriteEndObject();
                    }

                    if (owner is not null)
                    {
                        json.WriteStartObject(owner);
                    }

                    inside = owner;
                }

                json.WritePropertyName(path[^1]);
                Columns[i].WriteJson(json, texts[i]);
            }

            if (inside is not null)
            {
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }
}
