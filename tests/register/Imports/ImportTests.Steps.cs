using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Wuwei.Tables;
using Wuwei.Tables.Writing;

namespace Wuwei.Register.Tests;

// Making, sending and awaiting them.
public sealed partial class ImportTests
{
    private Uri Address(string name) => new($"{service.Records}/imports/{name}", UriKind.Relative);

    private JsonObject[] Forms(int count) => [.. Enumerable.Range(0, count).Select(_ => service.Form(TestPerson.Next()))];

    /// <summary>A file.</summary>
    /// <param name="day">What stands in the first column of days of a line, from 1 on; null: what the form says.</param>
    private byte[] Csv(JsonObject[] forms, Func<int, string?>? day = null)
    {
        var days = Table.Columns.ToList().FindIndex(column => column.Type is ColumnType.Date);
        string[][] rows = [.. forms.Select(service.TextsOf)];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i][days] = day?.Invoke(i + 1) ?? rows[i][days];
        }

        return CsvOf(rows);
    }

    private byte[] CsvOf(string[][] rows)
    {
        var lines = new StringBuilder("\ufeff");
        CsvText.Append(lines, Table.Columns.Select(column => column.Header));
        foreach (var texts in rows)
        {
            CsvText.Append(lines, texts);
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    private IReadOnlyList<TableRow> Read(byte[] file)
    {
        using var opened = TableFile.Open(file, Table, new());
        return [.. opened.Rows()];
    }

    private async Task<Answer> SendAsync(HttpClient client, byte[] file, string mode)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await client.PostAsync(new Uri($"{service.Records}/imports?mode={mode}", UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), null);
    }

    private async Task<JsonNode> DoneAsync(HttpClient client, byte[] file, string mode)
    {
        var answer = await SendAsync(client, file, mode);
        Assert.True(answer.Status is HttpStatusCode.Accepted, $"{answer.Status} {answer.Body}");
        return await WaitAsync(client, (string)answer.Body!["id"]!);
    }

    private static async Task<JsonNode> WaitAsync(HttpClient client, string id)
    {
        JsonNode? job = null;
        await UntilAsync(async () => State(job = (await GetAsync(client, $"/jobs/{id}")).Body!) is not ("waiting" or "running"));
        return job!;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 1200; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail("It did not come about within a minute.");
    }

    private static string State(JsonNode job) => (string)job["state"]!;

    private static (int Row, string Code)[] Problems(Answer answer) =>
        [.. answer.Body!["items"]!.AsArray().Select(row => ((int)row!["row"]!, (string)row["errors"]![0]!["code"]!))];

    private Task<long> RecordsAsync() => CountAsync(service.Rows);

    private Task<long> CountAsync(string table) => service.ScalarAsync<long>($"select count(*) from {table}");

    /// <summary>While its transaction is open, no record is stored.</summary>
    private async Task<Npgsql.NpgsqlConnection> HeldAsync()
    {
        var held = await service.Database.DataSource.OpenConnectionAsync();
        await ExecuteAsync(held, "begin; lock table guard in exclusive mode");
        return held;
    }

    private static async Task ExecuteAsync(Npgsql.NpgsqlConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
