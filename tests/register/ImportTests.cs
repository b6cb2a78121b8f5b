using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Wuwei.Tables;
using Wuwei.Tables.Writing;
using Wuwei.Testing;

namespace Wuwei.Register.Tests;

/// <summary>What holds for files sent to any register.</summary>
public sealed class ImportTests(Service service) : IClassFixture<Service>
{
    private Table Table => service.Table;

    [Fact]
    public async Task Given_the_templates_When_downloaded_Then_they_have_a_Chinese_name_and_are_like_what_is_read()
    {
        using var xlsx = await service.City.GetAsync(Address("template.xlsx"));
        using var csv = await service.City.GetAsync(Address("template.csv"));

        Assert.Equal($"{Table.Title}导入模板.xlsx", xlsx.Content.Headers.ContentDisposition!.FileNameStar);
        Assert.Equal($"{Table.Title}导入模板.csv", csv.Content.Headers.ContentDisposition!.FileNameStar);
        foreach (var template in new[] { await xlsx.Content.ReadAsByteArrayAsync(), await csv.Content.ReadAsByteArrayAsync() })
        {
            var answer = await SendAsync(service.City, template, "dry-run");
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "table.no_rows"), (answer.Status, answer.Code));
        }
    }

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

    [Fact]
    public async Task Given_the_same_file_When_sent_many_times_Then_it_is_one_job_until_the_mode_or_the_sender_is_another()
    {
        var before = await RecordsAsync();
        var file = Csv(Forms(4));

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            // Two at a time; the others are told to come again.
            for (; ; )
            {
                var answer = await SendAsync(service.City, file, "accept-valid");
                if (answer.Status is not HttpStatusCode.TooManyRequests)
                {
                    return answer;
                }

                Assert.Equal("import.busy", answer.Code);
                await Task.Delay(50);
            }
        }));
        var job = Assert.Single(answers.Select(answer => (string)answer.Body!["id"]!).Distinct());
        Assert.Single(answers, answer => answer.Status is HttpStatusCode.Accepted);
        Assert.Equal("succeeded", State(await WaitAsync(service.City, job)));
        Assert.Equal((HttpStatusCode.OK, job), await IdAsync(service.City, "accept-valid"));
        Assert.Equal(before + 4, await RecordsAsync());

        var dry = await IdAsync(service.City, "dry-run");
        Assert.Equal(HttpStatusCode.Accepted, dry.Status);
        Assert.Equal("refused", State(await WaitAsync(service.City, dry.Id)));
        // That one stored nothing, and what it says may be out of date.
        Assert.Equal(HttpStatusCode.Accepted, (await IdAsync(service.City, "dry-run")).Status);
        var other = await IdAsync(service.County(), "accept-valid");
        Assert.Equal((HttpStatusCode.Accepted, false), (other.Status, other.Id == job));
        await WaitAsync(service.City, other.Id);

        async Task<(HttpStatusCode Status, string Id)> IdAsync(HttpClient client, string mode)
        {
            var answer = await SendAsync(client, file, mode);
            return (answer.Status, (string)answer.Body!["id"]!);
        }
    }

    [Theory]
    [InlineData("xls", HttpStatusCode.UnsupportedMediaType, "table.old_excel")]
    [InlineData("text", HttpStatusCode.UnprocessableEntity, "table.header_unknown")]
    [InlineData("large", HttpStatusCode.RequestEntityTooLarge, "import.too_large")]
    [InlineData("empty", HttpStatusCode.UnprocessableEntity, "table.empty")]
    [InlineData("open-quote", HttpStatusCode.UnprocessableEntity, "table.open_quote")]
    public async Task Given_a_file_that_is_not_read_When_sent_Then_the_answer_says_why_and_there_is_no_job(string kind, HttpStatusCode status, string code)
    {
        var jobs = await CountAsync("job");
        byte[] file = kind switch
        {
            "xls" => [0xd0, 0xcf, 0x11, 0xe0, .. new byte[100]],
            "text" => "你好"u8.ToArray(),
            "large" => new byte[1_000_001],
            // Rows are being copied when it turns out.
            "open-quote" => [.. Csv(Forms(5)), .. "\"A1,"u8],
            _ => [],
        };

        var answer = await SendAsync(service.City, file, "accept-valid");

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(jobs, await CountAsync("job"));
    }

    [Fact]
    public async Task Given_a_file_in_a_form_When_sent_Then_it_is_the_form_s_file()
    {
        using var form = new MultipartFormDataContent { { new StringContent("x"), "note" }, { new ByteArrayContent(Csv(Forms(2))), "file", "../../记录.csv" } };
        using var response = await service.City.PostAsync(new Uri($"{service.Records}/imports?mode=accept-valid", UriKind.Relative), form);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($"/api/{service.Name}/v1/jobs/{answer["id"]}", response.Headers.Location!.ToString());
        Assert.Equal(2, (int)(await WaitAsync(service.City, (string)answer["id"]!))["accepted"]!);
    }

    [Fact]
    public async Task Given_a_county_s_file_When_another_asks_for_its_job_Then_there_is_none()
    {
        var county = service.County();
        var job = await DoneAsync(county, Csv(Forms(1), _ => "昨天"), "accept-valid");

        Assert.Equal((0, 1), ((int)job["accepted"]!, (int)job["refused"]!));
        foreach (var path in new[] { "", "/errors", "/errors.xlsx", "/events" })
        {
            Assert.Equal("job.not_found", (await GetAsync(service.County(RegisterService.Minqin), $"/jobs/{job["id"]}{path}")).Code);
        }

        Assert.Equal("import.not_the_sender", (await GetAsync(service.City, $"/jobs/{job["id"]}/errors.xlsx")).Code);
        Assert.Equal("job.finished", (await PostAsync(county, $"/jobs/{job["id"]}/cancellation", null)).Code);
    }

    [Theory]
    [InlineData("accept-valid")]
    [InlineData("all-or-nothing")]
    [InlineData("dry-run")]
    public async Task Given_a_file_with_rows_of_another_county_When_sent_Then_the_whole_is_refused_and_the_trail_says_so(string mode)
    {
        var (jobs, rows) = (await CountAsync("job"), await CountAsync("import_row"));
        var file = Csv([service.Form(TestPerson.Next()), service.Form(TestPerson.Next(), RegisterService.Minqin), service.Form(TestPerson.Next(), "620621100")]);

        var answer = await SendAsync(service.County(), file, mode);

        Assert.Equal((HttpStatusCode.Forbidden, "auth.out_of_region"), (answer.Status, answer.Code));
        Assert.Contains("第 3 行", (string)answer.Body!["detail"]!, StringComparison.Ordinal);
        Assert.Equal((jobs, rows), (await CountAsync("job"), await CountAsync("import_row")));
        Assert.Equal(1, await CountAsync($"audit_entry where action = 'import.refused' and after ->> 'row' = '3' and after ->> 'mode' = '{mode}'"));
        Assert.Equal(3, (int)(await DoneAsync(service.City, file, "dry-run"))["accepted"]!);
    }

    [Fact]
    public async Task Given_a_sender_who_hangs_up_in_the_middle_When_the_file_is_read_Then_there_is_no_job()
    {
        var jobs = await CountAsync("job");
        var file = Csv(Forms(20));
        using var half = new StreamContent(new HangingUp(file[..(file.Length / 2)]));

        await Assert.ThrowsAnyAsync<Exception>(() => service.City.PostAsync(new Uri($"{service.Records}/imports?mode=accept-valid", UriKind.Relative), half));

        // Whoever sends it whole has both places.
        Assert.Equal(20, (int)(await DoneAsync(service.City, file, "accept-valid"))["accepted"]!);
        Assert.Equal(jobs + 1, await CountAsync("job"));
    }

    [Fact]
    public async Task Given_rows_that_wait_When_looked_at_in_the_database_Then_no_number_of_a_person_is_in_clear()
    {
        var person = TestPerson.Next();
        await using var held = await service.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await held.BeginTransactionAsync();
        await ExecuteAsync(held, "lock table guard in exclusive mode");

        var sent = await SendAsync(service.City, Csv([service.Form(person)], _ => null), "accept-valid");

        var stored = await service.ScalarAsync<string>(
            $"select (select string_agg(encode(texts, 'escape') || coalesce(errors::text, ''), '') from import_row) || (select string_agg(job::text, '') from job)");
        Assert.DoesNotContain(person.NationalId, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(person.Phone, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(Encoding.UTF8.GetBytes(person.Name).Aggregate("", (text, b) => $"{text}\\{Convert.ToString(b, 8)}"), stored, StringComparison.Ordinal);
        await transaction.RollbackAsync();
        await WaitAsync(service.City, (string)sent.Body!["id"]!);
    }

    [Theory]
    [InlineData("accept-valid")]
    [InlineData("all-or-nothing")]
    public async Task Given_a_worker_that_slept_past_its_lease_When_it_wakes_Then_it_stores_nothing_and_the_job_is_done_once(string mode)
    {
        var before = await RecordsAsync();
        await using var held = await service.Database.DataSource.OpenConnectionAsync();
        var transaction = await held.BeginTransactionAsync();
        await ExecuteAsync(held, "lock table guard in exclusive mode");
        var id = (string)(await SendAsync(service.City, Csv(Forms(7)), mode)).Body!["id"]!;
        await UntilAsync(async () => State((await GetAsync(service.City, $"/jobs/{id}")).Body!) == "running");

        // Another worker took it, and fell silent.
        await ExecuteAsync(held, $"update job set attempt = attempt + 1, leased_until = now() - interval '1 s' where job_id = '{id}'");
        await transaction.CommitAsync();

        var job = await WaitAsync(service.City, id);
        Assert.Equal(("succeeded", 7, 7), (State(job), (int)job["done"]!, (int)job["accepted"]!));
        Assert.Equal(before + 7, await RecordsAsync());
        Assert.True(await service.ScalarAsync<int>($"select attempt from job where job_id = '{id}'") >= 3);
    }

    [Fact]
    public async Task Given_a_job_that_nobody_can_do_When_taken_up_again_and_again_Then_it_fails_and_says_so()
    {
        await service.ScalarAsync<Guid>($"""
            insert into job (job_id, kind, state, attempt, leased_until, subject, department, region, roles, scopes, mode, total)
            values (gen_random_uuid(), 'import', 'running', 5, now(), 'x', '{service.Name}', '620600', array[]::text[], array[]::text[], 'all-or-nothing', 1) returning job_id
            """);

        await UntilAsync(async () => await service.ScalarAsync<long>("select count(*) from job where state = 'failed' and code = 'job.given_up'") == 1);
    }

    [Theory]
    [InlineData("accept-valid")]
    [InlineData("all-or-nothing")]
    public async Task Given_a_running_job_When_cancelled_Then_it_stops_and_nothing_more_is_stored(string mode)
    {
        var before = await RecordsAsync();
        await using var held = await service.Database.DataSource.OpenConnectionAsync();
        var transaction = await held.BeginTransactionAsync();
        await ExecuteAsync(held, "lock table guard in exclusive mode");
        var id = (string)(await SendAsync(service.City, Csv(Forms(7)), mode)).Body!["id"]!;
        await UntilAsync(async () => State((await GetAsync(service.City, $"/jobs/{id}")).Body!) == "running");

        var answer = await PostAsync(service.City, $"/jobs/{id}/cancellation", null);
        await transaction.RollbackAsync();

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("cancelled", State(await WaitAsync(service.City, id)));
        Assert.Equal(before, await RecordsAsync());
        Assert.Equal(1, await service.ScalarAsync<long>($"select count(*) from audit_entry where record = 'jobs/{id}' and action = 'job.cancelled'"));
    }

    [Fact]
    public async Task Given_several_replicas_When_one_stops_in_the_middle_Then_the_others_finish_every_job_once()
    {
        var before = await RecordsAsync();
        await using var second = service.WithWebHostBuilder(_ => { });
        var third = service.WithWebHostBuilder(_ => { });
        second.CreateClient().Dispose();
        third.CreateClient().Dispose();

        var ids = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add((string)(await SendAsync(service.City, Csv(Forms(10)), i % 2 == 0 ? "accept-valid" : "all-or-nothing")).Body!["id"]!);
        }

        await third.DisposeAsync();

        foreach (var id in ids)
        {
            Assert.Equal(10, (int)(await WaitAsync(service.City, id))["accepted"]!);
        }

        Assert.Equal(before + 60, await RecordsAsync());
    }

    [Fact]
    public async Task Given_a_job_When_watched_Then_its_events_end_when_it_does()
    {
        var id = (string)(await SendAsync(service.City, Csv(Forms(7)), "accept-valid")).Body!["id"]!;

        using var response = await service.City.GetAsync(new Uri($"/jobs/{id}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var text = await response.Content.ReadAsStringAsync();

        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        var last = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Contains("event: finished", last, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"succeeded\"", last, StringComparison.Ordinal);
        Assert.Contains("\"percent\":100", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_file_When_its_rows_are_stored_Then_each_is_an_act_of_its_sender_from_there_and_in_one_trace()
    {
        var clerk = TestCaller.Of(service.Name, RegisterService.Liangzhou);
        var sent = await service.Server.SendAsync(http =>
        {
            http.Request.Method = "POST";
            http.Request.Path = $"{service.Records}/imports";
            http.Request.QueryString = new("?mode=accept-valid");
            http.Request.Headers.Authorization = $"Bearer {TestTokens.Issue(clerk, service.Audience)}";
            http.Request.Headers["X-Forwarded-For"] = "10.62.6.2";
            http.Request.Body = new MemoryStream(Csv(Forms(5))); // two transactions
            http.Connection.RemoteIpAddress = IPAddress.Loopback;
        });
        Assert.Equal(202, sent.Response.StatusCode);
        var id = sent.Response.Headers.Location.ToString().Split('/')[^1];
        Assert.Equal("succeeded", State(await WaitAsync(service.City, id)));

        Assert.Equal($"import.sent 1, {service.Name}.created 5", await service.ScalarAsync<string>($"""
            select string_agg(action || ' ' || acts, ', ' order by action)
            from (
                select action, count(*) as acts
                from audit_entry
                where subject = '{clerk.Subject}' and address = '10.62.6.2' and trace_id = (select trace_id from audit_entry where record = 'jobs/{id}')
                group by action) acts
            """));
    }

    [Fact]
    public async Task Given_a_reader_When_a_file_is_sent_Then_it_is_refused()
    {
        using var reader = service.ClientFor(TestCaller.Of(service.Name) with { Scopes = [$"{service.Name}.read"] });
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(reader, Csv(Forms(1)), "dry-run")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(service.City, Csv(Forms(1)), "whatever")).Status);
    }

    private Uri Address(string name) => new($"{service.Records}/imports/{name}", UriKind.Relative);

    private JsonObject[] Forms(int count) => [.. Enumerable.Range(0, count).Select(_ => service.Form(TestPerson.Next()))];

    /// <summary>A file.</summary>
    /// <param name="day">What stands in the first column of days of a line, from 1 on; null: what the form says.</param>
    private byte[] Csv(JsonObject[] forms, Func<int, string?>? day = null)
    {
        var lines = new StringBuilder("\ufeff");
        CsvText.Append(lines, Table.Columns.Select(column => column.Header));
        var days = Table.Columns.ToList().FindIndex(column => column.Type is ColumnType.Date);
        for (var i = 0; i < forms.Length; i++)
        {
            var texts = service.TextsOf(forms[i]);
            texts[days] = day?.Invoke(i + 1) ?? texts[days];
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

    private static async Task ExecuteAsync(Npgsql.NpgsqlConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A file whose sender is gone when half of it is sent.</summary>
    private sealed class HangingUp(byte[] half) : MemoryStream(half)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("The sender is gone.");

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
