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
/// <example><code>
/// static readonly Table s_table = new("培训记录", [new("姓名", "/person/name", ColumnType.Text, "与身份证一致", "张三"), …]);
/// using var reading = TableFile.Open(file, s_table, new TableLimits());
/// foreach (var row in reading.Rows) { var body = s_table.ToJson(row.Texts); … }
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
