using System.Net;
using Wuwei.Tables;
using Wuwei.Tables.Writing;

namespace Wuwei.Register.Tests;

/// <summary>What becomes of the rows of files sent to any register.</summary>
public sealed partial class ImportTests(Service service) : IClassFixture<Service>
{
    private Table Table => service.Table;

    [Fact]
    public async Task Given_good_and_bad_rows_When_the_valid_ones_are_accepted_Then_the_workbook_of_errors_corrected_is_a_clean_import()
    {
        var forms = Forms(6);
        var wrong = service.Form(TestPerson.Next());
        wrong["person"]!["nationalId"] = "622301198603151017";
        _ = await service.FactsSentAsync();

        var job = await DoneAsync(service.City, Csv([.. forms, wrong, forms[0]], line => line == 5 ? "昨天" : null), "accept-valid");

        Assert.Equal(("succeeded", 8, 8, 5, 3, 100), (State(job), (int)job["total"]!, (int)job["done"]!, (int)job["accepted"]!, (int)job["refused"]!, (int)job["percent"]!));
        Assert.Equal(5 * service.Facts(Guid.Empty, forms[0], 1, "").Count, (await service.FactsSentAsync()).Count);
        var problems = await GetAsync(service.City, $"/jobs/{job["id"]}/errors");
        Assert.Equal([(6, "cell.not_day"), (8, "person.id_checksum")], Problems(problems).Take(2));
        Assert.Equal(9, Problems(problems)[2].Row);
        Assert.Equal("身份证号码", (string?)problems.Body!["items"]![1]!["errors"]![0]!["header"]);
        Assert.Contains("第 2 行", (string)problems.Body["items"]![2]!["errors"]![0]!["advice"]!, StringComparison.Ordinal); // three chunks before
        Assert.Equal(3, await service.ScalarAsync<long>($"select count(*) from import_row where job_id = '{job["id"]}'"));

        using var workbook = await service.City.GetAsync(new Uri($"/jobs/{job["id"]}/errors.xlsx", UriKind.Relative));
        Assert.Equal($"{Table.Title}导入错误.xlsx", workbook.Content.Headers.ContentDisposition!.FileNameStar);
        var left = Read(await workbook.Content.ReadAsByteArrayAsync());
        Assert.Equal(3, left.Count);

        // As its sender would: the day, the person; the last row was there already and goes.
        var corrected = left.Take(2).Select((row, i) => row with { Texts = service.TextsOf(i == 0 ? forms[4] : service.Form(TestPerson.Next())) });
        using var again = new MemoryStream();
        await XlsxTemplate.WriteErrorsAsync(Table, corrected.ToAsyncEnumerable(), again, default);
        var clean = await DoneAsync(service.City, again.ToArray(), "accept-valid");
        Assert.Equal(("succeeded", 2, 0), (State(clean), (int)clean["accepted"]!, (int)clean["refused"]!));
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(service.City, $"/jobs/{clean["id"]}/errors.xlsx")).Status);
    }

    [Fact]
    public async Task Given_one_bad_row_in_the_last_chunk_When_all_or_nothing_Then_nothing_is_stored_and_all_rows_come_back()
    {
        var forms = Forms(8);
        var before = await RecordsAsync();
        _ = await service.FactsSentAsync();

        var refused = await DoneAsync(service.City, Csv([.. forms, forms[1]]), "all-or-nothing");

        Assert.Equal(("refused", 0, 1, "import.rows_refused"), (State(refused), (int)refused["accepted"]!, (int)refused["refused"]!, (string?)refused["code"]));
        Assert.Equal(before, await RecordsAsync());
        Assert.Empty(await service.FactsSentAsync());
        using var workbook = await service.City.GetAsync(new Uri($"/jobs/{refused["id"]}/errors.xlsx", UriKind.Relative));
        var left = Read(await workbook.Content.ReadAsByteArrayAsync());
        Assert.Equal(9, left.Count);

        using var again = new MemoryStream();
        await XlsxTemplate.WriteErrorsAsync(Table, left.Take(8).ToAsyncEnumerable(), again, default);
        var stored = await DoneAsync(service.City, again.ToArray(), "all-or-nothing");
        Assert.Equal(("succeeded", 8), (State(stored), (int)stored["accepted"]!));
        Assert.Equal(before + 8, await RecordsAsync());
        Assert.Equal(8 * service.Facts(Guid.Empty, forms[0], 1, "").Count, (await service.FactsSentAsync()).Count);
        Assert.Equal(0, await service.ScalarAsync<long>($"select count(*) from import_row where job_id = '{stored["id"]}'"));
    }

    [Fact]
    public async Task Given_a_dry_run_When_done_Then_it_says_what_would_be_and_stores_nothing()
    {
        var before = await RecordsAsync();
        var forms = Forms(5);
        _ = await service.FactsSentAsync();

        var fine = await DoneAsync(service.City, Csv(forms), "dry-run");
        var wrong = await DoneAsync(service.City, Csv([.. forms, forms[0]]), "dry-run");

        Assert.Equal(("succeeded", 5, 0), (State(fine), (int)fine["accepted"]!, (int)fine["refused"]!));
        Assert.Equal(("refused", 5, 1), (State(wrong), (int)wrong["accepted"]!, (int)wrong["refused"]!));
        Assert.Equal(before, await RecordsAsync());
        Assert.Empty(await service.FactsSentAsync());
    }

    [Theory]
    [InlineData(1, "accept-valid")]
    [InlineData(2, "all-or-nothing")]
    [InlineData(3, "accept-valid")]
    public async Task Given_any_faults_in_any_rows_When_what_comes_back_is_put_right_and_sent_again_Then_every_row_is_in_the_register(int seed, string mode)
    {
        var (random, before) = (new Random(seed), await RecordsAsync());
        string[][] right = [.. Forms(12).Select(service.TextsOf)];
        var faulty = Enumerable.Range(1, 11).Where(_ => random.Next(3) == 0).Append(random.Next(1, 12)).Distinct().Order().ToArray();
        string[][] written = [.. right.Select((texts, row) => faulty.Contains(row) ? Spoilt(texts, random, right[0]) : texts)];

        var job = await DoneAsync(service.City, CsvOf(written), mode);

        Assert.Equal([.. faulty.Select(row => row + 2)], Problems(await GetAsync(service.City, $"/jobs/{job["id"]}/errors?limit=100")).Select(problem => problem.Row));
        Assert.Equal(before + (mode == "accept-valid" ? 12 - faulty.Length : 0), await RecordsAsync());
        using var workbook = await service.City.GetAsync(new Uri($"/jobs/{job["id"]}/errors.xlsx", UriKind.Relative));
        var back = Read(await workbook.Content.ReadAsByteArrayAsync());
        var rows = mode == "accept-valid" ? faulty : [.. Enumerable.Range(0, 12)];
        Assert.Equal(rows.Length, back.Count);

        using var again = new MemoryStream();
        await XlsxTemplate.WriteErrorsAsync(Table, back.Zip(rows, (row, of) => row with { Texts = right[of] }).ToAsyncEnumerable(), again, default);
        var clean = await DoneAsync(service.City, again.ToArray(), mode);

        Assert.Equal(("succeeded", rows.Length, 0), (State(clean), (int)clean["accepted"]!, (int)clean["refused"]!));
        Assert.Equal(before + 12, await RecordsAsync());
    }

    /// <summary>A row with one thing wrong in it, or another's over again.</summary>
    private string[] Spoilt(string[] texts, Random random, string[] another)
    {
        string[] spoilt = [.. texts];
        var id = Table.Columns.Index().First(column => column.Item.Field == "/person/nationalId").Index;
        switch (random.Next(4))
        {
            case 0:
                return another;
            case 1:
                spoilt[id] = $"{texts[id][..17]}{(texts[id][17] is '1' ? '2' : '1')}"; // its check character
                break;
            default:
                var (at, column) = random.GetItems(Table.Columns.Index().Where(column => column.Item.Required).ToArray(), 1)[0];
                spoilt[at] = random.Next(3) switch
                {
                    0 => "",
                    1 => "=1+1",
                    _ => column.Type is ColumnType.Text or ColumnType.Identifier ? "#N/A" : "说不清",
                };
                break;
        }

        return spoilt;
    }
}
