using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Wuwei.ServiceDefaults;
using Wuwei.Testing;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests.Scores;

public sealed class ScoreApiTests(AssessmentService service) : IClassFixture<AssessmentService>, IAsyncLifetime
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private HttpClient _office = null!;

    public async Task InitializeAsync()
    {
        _office = service.ClientFor(TestCaller.AssessmentOffice);
        await service.ForgetAsync();
        await service.LoadPlanAsync();
    }

    public Task DisposeAsync()
    {
        _office.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Given_a_loaded_plan_When_pulled_Then_counties_are_ranked_and_the_city_stands_beside_them()
    {
        var table = await service.PullAsync("/scores");
        var heading = table.GetProperty("heading");
        Assert.Equal("2025-06", heading.GetProperty("period").GetString());
        Assert.True(heading.GetProperty("provisional").GetBoolean());
        Assert.True(heading.GetProperty("demonstration").GetBoolean());
        Assert.Contains("演示数据", heading.GetProperty("notes").ToString(), StringComparison.Ordinal);
        Assert.Contains("未经主管部门确认", heading.GetProperty("notes").ToString(), StringComparison.Ordinal);
        var scores = table.GetProperty("regions").EnumerateArray().Select(row => row.GetProperty("score")).ToArray();
        Assert.Equal([Liangzhou, Minqin, Gulang, Tianzhu, City], scores.Select(score => score.GetProperty("region").GetString()));
        Assert.Equal([4, 3, 2, 1, null], scores.Select(score => Nullable(score, "rank")));
        Assert.All(scores, score => Assert.Equal(
            Math.Round(score.GetProperty("exact").GetDecimal(), 2, MidpointRounding.AwayFromZero), score.GetProperty("score").GetDecimal()));
        var liangzhou = table.GetProperty("regions")[0];
        Assert.Equal(12, liangzhou.GetProperty("items").GetArrayLength());
        Assert.Equal(
            ["2", "3", "4", "9"],
            liangzhou.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("status").GetString() == "not-applicable").Select(item => item.GetProperty("indicator").GetString()));
        Assert.Equal(9m, liangzhou.GetProperty("score").GetProperty("applicableWeight").GetDecimal());
    }

    [Fact]
    public async Task Given_a_table_held_already_When_pulled_again_Then_it_is_304_until_a_number_changes_and_new_at_the_next_pull()
    {
        using var first = await GetAsync("/scores");
        var tag = first.Headers.ETag!;
        Assert.False(tag.IsWeak);
        using var again = await GetAsync("/scores", tag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(tag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());

        await service.ObserveAsync(Observed("1", Liangzhou, "2025-03", 5000, revision: 2));
        using var changed = await GetAsync("/scores", tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag);
    }

    [Fact]
    public async Task Given_a_change_in_May_When_pulled_Then_April_is_served_as_it_was_and_June_is_new()
    {
        using var april = await GetAsync("/scores?period=2025-04");
        using var june = await GetAsync("/scores?period=2025-06");
        await service.ObserveAsync(Observed("7", Gulang, "2025-05", 0, revision: 2));
        using var aprilAgain = await GetAsync("/scores?period=2025-04", april.Headers.ETag);
        using var juneAgain = await GetAsync("/scores?period=2025-06", june.Headers.ETag);
        Assert.Equal((HttpStatusCode.NotModified, HttpStatusCode.OK), (aprilAgain.StatusCode, juneAgain.StatusCode));
        Assert.Equal(1, await service.CountAsync("score_document d where d.changes < (select sum(changes) from score_change c where c.month <= d.month) or d.month = '2025-04-01'"));
    }

    [Fact]
    public async Task Given_a_target_changes_When_pulled_Then_the_score_follows()
    {
        var before = Exact(await service.PullAsync("/scores"), Liangzhou);
        await service.AimAsync(Aimed("10", Liangzhou, 2025, 100_000, revision: 2));
        Assert.True(Exact(await service.PullAsync("/scores"), Liangzhou) < before);
    }

    [Fact]
    public async Task Given_any_item_When_explained_Then_its_numbers_recompute_exactly_from_what_is_shown()
    {
        foreach (var row in (await service.PullAsync("/scores")).GetProperty("regions").EnumerateArray())
        {
            var region = row.GetProperty("score").GetProperty("region").GetString()!;
            decimal points = 0, weights = 0;
            foreach (var item in row.GetProperty("items").EnumerateArray())
            {
                var explained = await service.PullAsync($"/scores/{region}/2025-06/items/{item.GetProperty("indicator").GetString()}");
                Assert.Equal(item.GetRawText(), explained.GetProperty("score").GetRawText());
                if (Recompute(explained) is { } score)
                {
                    Assert.Equal(item.GetProperty("score").GetDecimal(), score);
                    points += score;
                    weights += item.GetProperty("weight").GetDecimal();
                }
            }

            Assert.Equal(row.GetProperty("score").GetProperty("exact").GetDecimal(), 100 * (points / weights));
            Assert.Equal(row.GetProperty("score").GetProperty("coveredWeight").GetDecimal(), weights);
        }
    }

    [Fact]
    public async Task Given_an_explanation_When_read_Then_it_says_the_formula_the_versions_and_where_the_facts_are()
    {
        await service.ObserveAsync(Observed("6", Minqin, "2025-03", 1234, revision: 77));
        var explained = await service.PullAsync($"/scores/{Minqin}/2025-06/items/6");
        var formula = explained.GetProperty("formula").EnumerateArray().Select(line => line.GetString()!).ToArray();
        Assert.StartsWith("数值 = 924（2021 年 12 个月）", formula[0], StringComparison.Ordinal);
        Assert.Contains("1,200（2025 年）× 0.95", formula[1], StringComparison.Ordinal);
        Assert.StartsWith("得分 = 权重 1 × ", formula[^1], StringComparison.Ordinal);
        var march = explained.GetProperty("inputs").EnumerateArray().Single(input => input.GetProperty("period").GetString() == "2025-03");
        Assert.Equal((1234m, 77L), (march.GetProperty("value").GetDecimal(), march.GetProperty("revision").GetInt64()));
        Assert.Equal(Noon.AddSeconds(77), march.GetProperty("knownAt").GetDateTimeOffset());
        Assert.Equal($"/api/indicator/v1/observations/6/{Minqin}/2025-03/facts", march.GetProperty("facts").GetString());
        Assert.Equal(54, explained.GetProperty("inputs").GetArrayLength());
        Assert.Equal(5, explained.GetProperty("targets").GetArrayLength());
    }

    [Fact]
    public async Task Given_strict_targets_When_the_value_stands_on_them_Then_they_are_missed_and_not_full()
    {
        var unemployment = (await service.PullAsync($"/scores/{City}/2025-06/items/2")).GetProperty("score");
        Assert.Equal((6.0m, "<", false, 0.99m), (
            unemployment.GetProperty("value").GetDecimal(), unemployment.GetProperty("comparator").GetString(),
            unemployment.GetProperty("met").GetBoolean(), unemployment.GetProperty("counted").GetDecimal()));
        Assert.Equal("unmet-ceiling", unemployment.GetProperty("rule").GetString());
    }

    [Fact]
    public async Task Given_an_annual_item_When_shown_in_June_Then_it_says_from_which_year_it_is_carried()
    {
        var item = (await service.PullAsync($"/scores/{Liangzhou}/2025-06")).GetProperty("items").EnumerateArray()
            .Single(entry => entry.GetProperty("score").GetProperty("indicator").GetString() == "5");
        Assert.Equal(("carried-forward", "2024", "沿用 2024 的数据"), (
            item.GetProperty("score").GetProperty("status").GetString(), item.GetProperty("score").GetProperty("period").GetString(),
            item.GetProperty("score").GetProperty("remark").GetString()));
        Assert.Equal($"/api/indicator/v1/observations/5/{Liangzhou}/2024", item.GetProperty("observation").GetString());
        Assert.Equal($"/api/assessment/v1/scores/{Liangzhou}/2025-06/items/5", item.GetProperty("explanation").GetString());
    }

    [Fact]
    public async Task Given_corrections_When_asked_as_of_before_them_Then_the_old_score_comes_back_exactly()
    {
        var before = await service.PullAsync("/scores?period=2025-06");
        var instant = Noon.AddMinutes(10);
        await service.ObserveAsync(Observed("1", Liangzhou, "2025-01", 99_999, revision: 1000));
        await service.AimAsync(Aimed("6", Minqin, 2025, 7, revision: 2) with { KnownAt = Noon.AddMinutes(11) });
        await service.ObserveAsync(Observed("1", Liangzhou, "2025-07", 1, revision: 1001));
        var after = await service.PullAsync("/scores?period=2025-06");
        Assert.NotEqual(before.GetProperty("regions").GetRawText(), after.GetProperty("regions").GetRawText());

        var asOf = Uri.EscapeDataString(Instants.Format(instant));
        var then = await service.PullAsync($"/scores?asOf={asOf}");
        Assert.Equal("2025-06", then.GetProperty("heading").GetProperty("period").GetString());
        Assert.Equal(
            before.GetProperty("regions").GetRawText(),
            then.GetProperty("regions").GetRawText().Replace($"?asOf={asOf}", "", StringComparison.Ordinal));
        var explained = await service.PullAsync($"/scores/{Liangzhou}/2025-06/items/1?asOf={asOf}");
        Assert.EndsWith($"/2025-01/facts?asOf={asOf}", explained.GetProperty("inputs").EnumerateArray()
            .Single(input => input.GetProperty("period").GetString() == "2025-01").GetProperty("facts").GetString(), StringComparison.Ordinal);
        using var pulled = await GetAsync($"/scores?asOf={asOf}");
        using var again = await GetAsync($"/scores?asOf={asOf}", pulled.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task Given_Accept_csv_When_pulled_Then_it_opens_in_Excel_and_says_what_the_JSON_says()
    {
        using var response = await GetAsync("/scores", accept: "text/csv");
        Assert.Equal("text/csv; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("scores-2025-06.csv", response.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + 5 * 12, lines.Length);
        Assert.StartsWith("期别,地区代码,地区,指标,", lines[0], StringComparison.Ordinal);
        var expected = (await service.PullAsync("/scores")).GetProperty("regions").EnumerateArray().SelectMany(row => row.GetProperty("items").EnumerateArray()
            .Select(item => (row.GetProperty("score").GetProperty("region").GetString(), item.GetProperty("indicator").GetString(), NullableDecimal(item, "score"))));
        Assert.Equal(expected, lines[1..].Select(line => line.Split(',')).Select(cells =>
            ((string?)cells[1], (string?)cells[3], cells[13].Length == 0 ? (decimal?)null : decimal.Parse(cells[13], CultureInfo.InvariantCulture))));
        Assert.All(lines[1..], line => Assert.Contains("演示数据", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_Accept_xlsx_When_pulled_Then_it_is_a_workbook_with_three_sheets_and_a_stable_tag()
    {
        using var response = await GetAsync("/scores", accept: Xlsx);
        Assert.Equal(Xlsx, response.Content.Headers.ContentType!.ToString());
        var bytes = await response.Content.ReadAsByteArrayAsync();
        using var archive = new ZipArchive(new MemoryStream(bytes));
        using var workbook = new StreamReader(archive.GetEntry("xl/workbook.xml")!.Open());
        var sheets = await workbook.ReadToEndAsync();
        Assert.All(["综合得分", "指标明细", "说明"], name => Assert.Contains(name, sheets, StringComparison.Ordinal));
        using var notModified = await GetAsync("/scores", response.Headers.ETag, Xlsx);
        Assert.Equal(HttpStatusCode.NotModified, notModified.StatusCode);

        // Rendered anew from the same numbers two seconds later (a zip clock's grain), it is the same workbook.
        await using (var command = service.Database.DataSource.CreateCommand("delete from score_document"))
        {
            await command.ExecuteNonQueryAsync();
        }

        await Task.Delay(2100);
        using var rendered = await GetAsync("/scores", response.Headers.ETag, Xlsx);
        Assert.Equal(HttpStatusCode.NotModified, rendered.StatusCode);
    }

    [Fact]
    public async Task Given_one_address_When_pulled_in_three_forms_Then_each_has_its_own_tag()
    {
        var tags = new HashSet<string>();
        foreach (var accept in new[] { "application/json", "text/csv", Xlsx })
        {
            using var response = await GetAsync("/scores", accept: accept);
            Assert.Contains("Accept", response.Headers.Vary);
            tags.Add(response.Headers.ETag!.Tag);
        }

        Assert.Equal(3, tags.Count);
    }

    [Theory]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", "application/json")]
    [InlineData("text/*", "text/csv; charset=utf-8")]
    [InlineData("application/json;q=0.5, text/csv;q=0.9", "text/csv; charset=utf-8")]
    [InlineData("application/json;q=0, text/csv;q=0.1", "text/csv; charset=utf-8")]
    public async Task Given_several_accepted_forms_When_pulled_Then_the_preferred_one_comes(string accept, string expected)
    {
        using var response = await GetAsync("/scores", accept: accept);
        Assert.Equal(expected, response.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("202505")]
    [InlineData("2025-M05")]
    public async Task Given_other_spellings_of_a_month_When_asked_Then_they_are_understood(string period) =>
        Assert.Equal("2025-05", (await service.PullAsync($"/scores?period={period}")).GetProperty("heading").GetProperty("period").GetString());

    [Fact]
    public async Task Given_a_county_s_caller_When_it_pulls_Then_it_sees_the_table_and_its_own_page_only()
    {
        var county = TestCaller.AssessmentOffice with { Subject = "county", Region = Minqin };
        await service.PullAsync("/scores", county);
        await service.PullAsync($"/scores/{Minqin}/2025-06", county);
        await service.PullAsync($"/scores/{Minqin}/2025-06/items/1", county);
        using var client = service.ClientFor(county);
        foreach (var other in new[] { Liangzhou, City })
        {
            await AssertProblemAsync(await client.GetAsync(Relative($"/scores/{other}/2025-06")), 404, "assessment.unknown_region");
            await AssertProblemAsync(await client.GetAsync(Relative($"/scores/{other}/2025-06/items/1")), 404, "assessment.unknown_region");
        }
    }

    [Theory]
    [InlineData("/scores?period=2025", 422, "assessment.bad_period")]
    [InlineData("/scores?period=2025-13", 422, "assessment.bad_period")]
    [InlineData("/scores?period=2025-Q2", 422, "assessment.bad_period")]
    [InlineData("/scores?period=", 422, "assessment.bad_period")]
    [InlineData("/scores?period=%3Cscript%3E", 422, "assessment.bad_period")]
    [InlineData("/scores?period=2025-06&period=2025-05", 422, "assessment.bad_period")]
    [InlineData("/scores?period=2020-12", 404, "assessment.period_outside_plan")]
    [InlineData("/scores?period=2026-01", 404, "assessment.period_outside_plan")]
    [InlineData("/scores?period=2025-12", 404, "assessment.period_without_data")]
    [InlineData("/scores?scheme=nothing", 404, "assessment.unknown_scheme")]
    [InlineData("/scores?scheme=%00", 404, "assessment.unknown_scheme")]
    [InlineData("/scores?scheme=';drop table observation;--", 404, "assessment.unknown_scheme")]
    [InlineData("/scores?asOf=yesterday", 422, "assessment.bad_as_of")]
    [InlineData("/scores?asOf=2025-07-01", 422, "assessment.bad_as_of")]
    [InlineData("/scores?asOf=2025-07-01T12:00:00", 422, "assessment.bad_as_of")]
    [InlineData("/scores?asOf=2199-01-01T00:00:00Z", 422, "assessment.future_as_of")]
    [InlineData("/scores?asOf=0001-01-01T00:00:00%2B14:00", 422, "assessment.bad_as_of")]
    [InlineData("/scores?asOf=2021-06-01T00:00:00Z", 404, "assessment.no_data")]
    [InlineData("/scores?asOf=2001-06-01T00:00:00Z", 404, "assessment.unknown_scheme")]
    [InlineData("/scores/620700/2025-06", 404, "assessment.unknown_region")]
    [InlineData("/scores/620602001/2025-06", 404, "assessment.unknown_region")]
    [InlineData("/scores/%01/2025-06", 404, "assessment.unknown_region")]
    [InlineData("/scores/620602/June", 422, "assessment.bad_period")]
    [InlineData("/scores/620602/2025-06/items/13", 404, "assessment.unknown_item")]
    [InlineData("/scores/620602/2025-06/items/%01", 404, "assessment.unknown_item")]
    [InlineData("/scores/620602/2025-06/items/1'--", 404, "assessment.unknown_item")]
    public async Task Given_a_bad_question_When_asked_Then_the_answer_names_what_is_wrong(string path, int status, string code)
    {
        await AssertProblemAsync(await _office.GetAsync(Relative(path)), status, code);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/png")]
    [InlineData("application/json;q=0")]
    public async Task Given_an_Accept_that_we_cannot_meet_When_pulled_Then_it_is_406(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Relative("/scores"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        await AssertProblemAsync(await _office.SendAsync(request), 406, "request.not_acceptable");
    }

    [Fact]
    public async Task Given_no_data_at_all_When_pulled_Then_it_says_so()
    {
        await service.ForgetAsync();
        await AssertProblemAsync(await _office.GetAsync(Relative("/scores")), 404, "assessment.no_data");
    }

    [Fact]
    public async Task Given_no_token_or_no_scope_When_pulled_Then_it_is_401_or_403()
    {
        foreach (var path in new[] { "/scores", $"/scores/{City}/2025-06", $"/scores/{City}/2025-06/items/1", "/schemes", "/schemes/plan-12", "/schemes/plan-12/versions/1" })
        {
            using var nobody = service.ClientFor(null);
            await AssertProblemAsync(await nobody.GetAsync(Relative(path)), 401, "auth.token_required");
            using var clerk = service.ClientFor(TestCaller.Of("training"));
            await AssertProblemAsync(await clerk.GetAsync(Relative(path)), 403, "auth.forbidden");
            using var foreign = service.CreateClient();
            foreign.DefaultRequestHeaders.Authorization = new("Bearer", TestTokens.Issue(TestCaller.AssessmentOffice, "wuwei.training"));
            await AssertProblemAsync(await foreign.GetAsync(Relative(path)), 401, "auth.token_required");
        }
    }

    [Fact]
    public async Task Given_pulls_while_observations_pour_in_When_all_is_quiet_Then_the_served_table_is_the_recomputed_one()
    {
        var pulled = 0;
        using var done = new CancellationTokenSource();
        var pullers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await service.PullAsync("/scores?period=2025-06");
                Interlocked.Increment(ref pulled);
            }
        })).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(sender => Task.Run(async () =>
        {
            for (var revision = 10; revision < 50; revision++)
            {
                // Three senders, each its own cells: their commits overlap as those of two queues and an office do.
                await service.ObserveAsync(
                    Observed($"{(sender == 0 ? 1 : sender == 1 ? 6 : 7)}", Gulang, "2025-06", revision * 10, revision),
                    Observed($"{(sender == 0 ? 1 : sender == 1 ? 6 : 7)}", Gulang, "2025-02", revision * 9, revision));
            }
        })));
        await done.CancelAsync();
        await Task.WhenAll(pullers);
        var served = await service.PullAsync("/scores?period=2025-06");
        await using (var command = service.Database.DataSource.CreateCommand("delete from score_document"))
        {
            await command.ExecuteNonQueryAsync();
        }

        Assert.Equal((await service.PullAsync("/scores?period=2025-06")).GetRawText(), served.GetRawText());
        Assert.True(pulled > 10, $"Only {pulled} pulls.");
    }

    /// <summary>An item's score from nothing but the numbers of its explanation; null when it has none.</summary>
    private static decimal? Recompute(JsonElement explained)
    {
        var (score, item) = (explained.GetProperty("score"), explained.GetProperty("item"));
        if (score.GetProperty("score").ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        var actual = explained.GetProperty("inputs").EnumerateArray().Sum(input => input.GetProperty("value").GetDecimal() * input.GetProperty("share").GetDecimal());
        var target = explained.GetProperty("targets").EnumerateArray().Sum(due => due.GetProperty("value").GetDecimal() * due.GetProperty("share").GetDecimal());
        Assert.Equal((score.GetProperty("value").GetDecimal(), score.GetProperty("target").GetDecimal()), (actual, target));
        var met = score.GetProperty("comparator").GetString() switch { "≥" => actual >= target, ">" => actual > target, "≤" => actual <= target, _ => actual < target };
        Assert.Equal(met, score.GetProperty("met").GetBoolean());
        var progress = item.GetProperty("direction").GetString() == "higher" ? actual / target : met ? 1 : 1 - (actual - target) / target;
        Assert.Equal(progress, score.GetProperty("progress").GetDecimal());
        var ceiling = met ? item.GetProperty("cap").GetDecimal() : explained.GetProperty("heading").GetProperty("scheme").GetProperty("unmetCeiling").GetDecimal();
        return item.GetProperty("weight").GetDecimal() * Math.Clamp(progress, item.GetProperty("floor").GetDecimal(), ceiling);
    }

    private static decimal Exact(JsonElement table, string region) => table.GetProperty("regions").EnumerateArray()
        .Select(row => row.GetProperty("score")).Single(score => score.GetProperty("region").GetString() == region).GetProperty("exact").GetDecimal();

    private static int? Nullable(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;

    private static decimal? NullableDecimal(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDecimal() : null;

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    private async Task<HttpResponseMessage> GetAsync(string path, EntityTagHeaderValue? held = null, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Relative(path));
        if (held is not null)
        {
            request.Headers.IfNoneMatch.Add(held);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await _office.SendAsync(request);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, int status, string code)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync();
            Assert.Equal((status, code), ((int)response.StatusCode, JsonDocument.Parse(body).RootElement.GetProperty("code").GetString()));
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }
    }
}
