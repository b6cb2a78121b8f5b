using System.Net;
using Wuwei.Testing;

namespace Wuwei.Register.Tests;

// The job that a file is: one, whoever works at it and whatever happens to them.
public sealed partial class ImportTests
{
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
    public async Task Given_a_worker_that_slept_past_its_lease_When_it_wakes_Then_it_stores_nothing_and_the_job_is_done_once(string mode)
    {
        var before = await RecordsAsync();
        await using var held = await HeldAsync();
        var id = (string)(await SendAsync(service.City, Csv(Forms(7)), mode)).Body!["id"]!;
        await UntilAsync(async () => State((await GetAsync(service.City, $"/jobs/{id}")).Body!) == "running");

        // Another worker took it, and fell silent.
        await ExecuteAsync(held, $"update job set attempt = attempt + 1, leased_until = now() - interval '1 s' where job_id = '{id}'");
        await ExecuteAsync(held, "commit");

        var job = await WaitAsync(service.City, id);
        Assert.Equal(("succeeded", 7, 7), (State(job), (int)job["done"]!, (int)job["accepted"]!));
        Assert.Equal(before + 7, await RecordsAsync());
        Assert.True(await service.ScalarAsync<int>($"select attempt from job where job_id = '{id}'") >= 3);
    }

    [Theory]
    [InlineData(5, "job.given_up")]
    [InlineData(0, "import.file_gone")] // of a version before, or of a database that was restored
    public async Task Given_a_job_that_nobody_can_do_When_taken_up_Then_it_fails_and_says_so(int attempts, string code)
    {
        var id = await service.ScalarAsync<Guid>($"""
            insert into job (job_id, kind, state, attempt, leased_until, subject, department, region, roles, scopes, mode, total)
            values (gen_random_uuid(), 'import', 'running', {attempts}, now(), 'x', '{service.Name}', '620600', array[]::text[], array[]::text[], 'all-or-nothing', 1) returning job_id
            """);

        var job = await WaitAsync(service.City, $"{id}");
        Assert.Equal(("failed", code), (State(job), (string)job["code"]!));
        Assert.EndsWith("。", (string)job["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("accept-valid")]
    [InlineData("all-or-nothing")]
    public async Task Given_a_running_job_When_cancelled_Then_it_stops_and_nothing_more_is_stored(string mode)
    {
        var before = await RecordsAsync();
        await using var held = await HeldAsync();
        var id = (string)(await SendAsync(service.City, Csv(Forms(7)), mode)).Body!["id"]!;
        await UntilAsync(async () => State((await GetAsync(service.City, $"/jobs/{id}")).Body!) == "running");

        Assert.Equal("import.not_finished", (await GetAsync(service.City, $"/jobs/{id}/errors.xlsx")).Code);
        var answer = await PostAsync(service.City, $"/jobs/{id}/cancellation", null);
        await ExecuteAsync(held, "rollback");

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
}
