using System.Net;
using System.Text.Json.Nodes;
using Wuwei.Contracts.Facts;
using Wuwei.ServiceDefaults;
using Wuwei.Testing;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests.Observations;

/// <summary>Ten people a month from two townships and one county seat, all of 2024.</summary>
public sealed class PeopleService : IAsyncLifetime
{
    public IndicatorService Service { get; } = new();

    public async Task InitializeAsync()
    {
        await Service.InitializeAsync();
        await Service.FoldAsync("training", [.. Enumerable.Range(0, 120).Select(n => new Fact($"certified-trainings/{n:000}", Measures.TrainingPersonTimes, 1,
            (n % 10) switch { < 4 => $"{Liangzhou}001", < 7 => $"{Liangzhou}100", _ => Minqin }, new(2024, 1 + n / 10, 1 + n % 10), null, 1))]);
    }

    public Task DisposeAsync() => Service.DisposeAsync();
}

public sealed class ObservationTests(PeopleService people) : IClassFixture<PeopleService>
{
    private readonly HttpClient _city = people.Service.City;

    [Theory]
    [InlineData("620602001", "2024-05", "", 4)]
    [InlineData(Liangzhou, "2024-05", "", 7)]
    [InlineData("620600", "2024-05", "", 10)]
    [InlineData("620600", "2024-Q1", "", 30)]
    [InlineData("620600", "2024S2", "", 60)]
    [InlineData(Liangzhou, "2024", "", 84)]
    [InlineData("620600", "202405", "?total=year-to-date", 50)]
    [InlineData("620600", "2025-03", "?total=plan-to-date", 120)]
    [InlineData("620600", "2025-03", "?total=year-to-date", null)]
    [InlineData(Gulang, "2024", "", null)]
    public async Task Given_months_of_townships_When_rolled_up_Then_they_add_up(string region, string period, string query, int? value)
    {
        var document = await _city.GetJsonAsync($"observations/10/{region}/{period}{query}");
        Assert.Equal(value, document["observation"]!["value"].Decimal());
        Assert.Equal(value is null ? "missing" : "derived", (string)document["observation"]!["status"]!);
        Assert.Equal(value ?? 0, document["measures"]!.AsArray().Sum(part => part!["quantity"].Decimal() ?? 0));
        var page = await _city.GetJsonAsync($"observations/10/{region}/{period}/facts{(query.Length == 0 ? "?" : query + "&")}limit=200");
        Assert.Equal(value ?? 0, page["items"]!.AsArray().Sum(fact => fact!["quantity"].Decimal()));
    }

    [Fact]
    public async Task Given_a_township_When_its_series_and_facts_are_asked_Then_they_are_its_own()
    {
        var series = (await _city.GetJsonAsync($"observations?indicator=10&region={Liangzhou}001&from=2024-05&to=2024-06"))["items"]!.AsArray();
        Assert.Equal([("2024-05", 4), ("2024-06", 4)], series.Select(Point));
        Assert.Equal(4, (await _city.GetJsonAsync($"observations/10/{Liangzhou}001/2024-05/facts"))["observation"]!["value"].Decimal());
    }

    [Fact]
    public async Task Given_a_value_When_every_link_is_followed_Then_the_parts_add_up_to_it()
    {
        var opened = await _city.GetJsonAsync("observations/10/620600/2024");
        var regions = opened["regions"]!.AsArray();
        Assert.Equal([Liangzhou, Minqin, Gulang, Tianzhu], regions.Select(part => (string)part!["region"]!));
        Assert.Equal(120, regions.Sum(part => part!["value"].Decimal() ?? 0));
        Assert.Equal(12, opened["months"]!.AsArray().Count);
        foreach (var part in regions.Concat(opened["months"]!.AsArray()))
        {
            Assert.Equal(part!["value"].Decimal(), (await FollowAsync(part["link"]!))["observation"]!["value"].Decimal());
        }

        Assert.Equal(120, (int)(await FollowAsync(opened["facts"]!))["observation"]!["facts"]!);
    }

    [Fact]
    public async Task Given_the_facts_of_a_value_When_paged_Then_each_comes_once_with_its_record()
    {
        var seen = new List<string>();
        for (var path = $"observations/10/{Liangzhou}/2024/facts?limit=25"; path is not null;)
        {
            using var response = await _city.GetAsync(new Uri(path, UriKind.Relative));
            var page = await response.ShouldBeAsync(HttpStatusCode.OK);
            seen.AddRange(page["items"]!.AsArray().Select(fact => (string)fact!["record"]!));
            Assert.Equal(page["next"] is not null, response.Headers.Contains("Link"));
            path = page["next"] is { } next ? $"observations/10/{Liangzhou}/2024/facts?limit=25&after={next}" : null;
        }

        Assert.Equal(84, seen.Distinct().Count());
        Assert.Equal(84, seen.Count);
        Assert.All(seen, record => Assert.StartsWith("/api/training/v1/certified-trainings/", record, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_series_When_asked_by_quarter_and_to_date_Then_gaps_are_shown()
    {
        var quarters = (await _city.GetJsonAsync("observations?indicator=10&region=620600&from=2023-Q4&to=2024&by=quarter"))["items"]!.AsArray();
        Assert.Equal([("2023-Q4", null), ("2024-Q1", 30), ("2024-Q2", 30), ("2024-Q3", 30), ("2024-Q4", 30)], quarters.Select(Point));
        var cumulative = (await _city.GetJsonAsync($"observations?indicator=10&region={Minqin}&from=2024-01&to=2024-03&total=plan-to-date"))["items"]!.AsArray();
        Assert.Equal([("2024-01", 3), ("2024-02", 6), ("2024-03", 9)], cumulative.Select(Point));
        Assert.Equal(60, (await _city.GetJsonAsync("observations?indicator=10&region=620600"))["items"]!.AsArray().Count);
        Assert.Equal(["2021", "2022", "2023", "2024", "2025"], (await _city.GetJsonAsync("observations?indicator=9&region=620600"))["items"]!.AsArray().Select(item => Point(item).Item1));
    }

    [Fact]
    public async Task Given_a_correction_When_asked_as_of_before_it_Then_the_answer_is_the_old_one_and_stays_it()
    {
        var before = Instants.Format((await NowAsync()).AddMicroseconds(-1));
        await people.Service.FoldAsync("loans", new Fact("loans/as-of", Measures.LoanJobs, 1, Tianzhu, new(2022, 2, 2), null, 3));
        var between = Instants.Format(await NowAsync());
        await people.Service.FoldAsync("loans", new Fact("loans/as-of", Measures.LoanJobs, 2, Tianzhu, new(2022, 2, 2), null, 8));

        foreach (var (asOf, value) in new[] { (before, (decimal?)null), (between, 3), (null, 8) })
        {
            var query = asOf is null ? "" : $"?asOf={Uri.EscapeDataString(asOf)}";
            var opened = await _city.GetJsonAsync($"observations/11/{Tianzhu}/2022-02{query}");
            Assert.Equal(value, opened["observation"]!["value"].Decimal());
            var facts = await FollowAsync(opened["facts"]!);
            Assert.Equal(value, facts["items"]!.AsArray().SingleOrDefault()?["quantity"].Decimal());
            var series = await _city.GetJsonAsync($"observations?indicator=11&region={Tianzhu}&from=2022-02&to=2022-02{query.Replace('?', '&')}");
            Assert.Equal(value, Assert.Single(series["items"]!.AsArray())!["value"].Decimal());
        }

        // An instant written with a bare "+" in the address is understood too.
        Assert.Equal(3, (await _city.GetJsonAsync($"observations/11/{Tianzhu}/2022-02?asOf={between}"))["observation"]!["value"].Decimal());
    }

    [Fact]
    public async Task Given_an_instant_of_a_fold_under_way_When_asked_as_of_it_Then_the_answer_waits_and_never_changes()
    {
        // Holds the fold lock, as a fold does that has stamped itself and not committed.
        await using var connection = await people.Service.Database.DataSource.OpenConnectionAsync();
        await using var fold = await connection.BeginTransactionAsync();
        await using (var stamp = new Npgsql.NpgsqlCommand("update ledger set known_at = clock_timestamp()", connection, fold))
        {
            await stamp.ExecuteNonQueryAsync();
        }

        var instant = Uri.EscapeDataString(Instants.Format(await NowAsync()));
        var asked = _city.GetJsonAsync($"observations/10/{Gulang}/2021-01?asOf={instant}");
        var current = await _city.GetJsonAsync($"observations/10/{Gulang}/2021-01");
        Assert.Null(current["observation"]!["value"].Decimal());
        Assert.False(asked.IsCompleted);
        await fold.CommitAsync();
        await asked;

        // What is folded from now on is later, even if the clock should go back.
        await people.Service.FoldAsync("training", new Fact("certified-trainings/later", Measures.TrainingPersonTimes, 1, Gulang, new(2021, 1, 1), null, 1));
        Assert.Null((await _city.GetJsonAsync($"observations/10/{Gulang}/2021-01?asOf={instant}"))["observation"]!["value"].Decimal());
    }

    [Fact]
    public async Task Given_a_value_held_before_When_pulled_again_Then_it_is_sent_only_if_it_changed()
    {
        var path = new Uri($"observations?indicator=10&region={Tianzhu}&from=2021-05&to=2021-05", UriKind.Relative);
        using var first = await _city.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotModified, await AgainAsync());
        await people.Service.FoldAsync("training", new Fact("certified-trainings/etag", Measures.TrainingPersonTimes, 1, Tianzhu, new(2021, 5, 5), null, 1));
        Assert.Equal(HttpStatusCode.OK, await AgainAsync());

        async Task<HttpStatusCode> AgainAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            using var response = await _city.SendAsync(request);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("observations/13/620600/2024", HttpStatusCode.NotFound, "indicator.not_found")]
    [InlineData("observations/1/999999/2024", HttpStatusCode.NotFound, "region.not_found")]
    [InlineData("observations/1/62/2024", HttpStatusCode.NotFound, "region.not_found")]
    [InlineData("observations/1/620600/2024-13", HttpStatusCode.UnprocessableEntity, "period.malformed")]
    [InlineData("observations/1/620600/1900", HttpStatusCode.UnprocessableEntity, "period.malformed")]
    [InlineData("observations/1/620600/x/facts", HttpStatusCode.UnprocessableEntity, "period.malformed")]
    [InlineData("observations/1/620600/2024?total=ever", HttpStatusCode.UnprocessableEntity, "observation.unknown_total")]
    [InlineData("observations/1/620600/2024?asOf=yesterday", HttpStatusCode.BadRequest, "as_of.malformed")]
    [InlineData("observations/1/620600/2024?asOf=2999-01-01T00:00:00Z", HttpStatusCode.UnprocessableEntity, "as_of.future")]
    [InlineData("observations/1/620600/2024/facts?after=%3Cscript%3E", HttpStatusCode.BadRequest, "request.bad_cursor")]
    [InlineData("observations/1/620600/2024/facts?after=e30", HttpStatusCode.BadRequest, "request.bad_cursor")]
    [InlineData("observations/1/620600/2024/facts?limit=201", HttpStatusCode.BadRequest, "request.invalid")]
    [InlineData("observations/1/620600/2024/facts?limit=x", HttpStatusCode.BadRequest, "request.malformed")]
    [InlineData("observations?region=620600", HttpStatusCode.BadRequest, "request.malformed")]
    [InlineData("observations?indicator=1&region=620600&by=week", HttpStatusCode.UnprocessableEntity, "observation.unknown_by")]
    [InlineData("observations?indicator=1&region=620600&from=2000&to=2099", HttpStatusCode.UnprocessableEntity, "observation.range_too_long")]
    [InlineData("observations?indicator=1&region=620600&from=';--", HttpStatusCode.UnprocessableEntity, "period.malformed")]
    [InlineData("indicators/13", HttpStatusCode.NotFound, "indicator.not_found")]
    [InlineData("nothing", HttpStatusCode.NotFound, "route.not_found")]
    public async Task Given_a_question_that_cannot_be_answered_When_asked_Then_it_says_why(string path, HttpStatusCode status, string code) =>
        await (await _city.GetAsync(new Uri(path, UriKind.Relative))).ShouldBeAsync(status, code);

    [Fact]
    public async Task Given_tokens_that_are_not_right_When_they_ask_Then_nothing_is_shown()
    {
        var service = people.Service;
        var city = TestCaller.Of("indicator");
        await (await service.ClientFor(null).GetAsync(new Uri("indicators", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.Unauthorized, "auth.token_required");
        await (await service.ClientFor(city with { Scopes = ["training.read"] }).GetAsync(new Uri("indicators", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        await (await service.ClientFor(city with { Region = "" }).GetAsync(new Uri("observations/10/620600/2024", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "region.not_found");
        foreach (var token in new[]
        {
            TestTokens.Issue(city, "wuwei.indicator", life: TimeSpan.FromMinutes(-5)),
            TestTokens.Issue(city, "wuwei.training"),
            TestTokens.Issue(city, "wuwei.indicator", issuer: "https://elsewhere.test/"),
            TestTokens.Issue(city, "wuwei.indicator", type: "JWT"),
            TestTokens.Issue(city, "wuwei.indicator", key: TestTokens.ForeignKey),
        })
        {
            var client = service.ClientFor(null);
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
            await (await client.GetAsync(new Uri("indicators", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.Unauthorized, "auth.token_required");
        }
    }

    private static (string, int?) Point(JsonNode? item) => ((string)item!["period"]!, (int?)item["value"].Decimal());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Given_a_platform_with_demonstration_records_or_without_When_values_are_read_Then_every_answer_says_which(bool demonstration)
    {
        await using var marked = people.Service.WithWebHostBuilder(host => host.UseSetting("Demonstration", $"{demonstration}"));
        using var client = marked.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", TestTokens.Issue(TestCaller.Of("indicator"), "wuwei.indicator"));
        foreach (var path in new[] { "observations?indicator=10&region=620600", "observations/10/620600/2024", "observations/10/620600/2024/facts" })
        {
            Assert.Equal(demonstration, (bool)(await client.GetJsonAsync(path))["demonstration"]!);
        }
    }

    // Links are the public ones; the service itself has no prefix.
    private Task<JsonObject> FollowAsync(JsonNode link)
    {
        Assert.StartsWith("/api/indicator/v1/", (string)link!, StringComparison.Ordinal);
        return _city.GetJsonAsync(((string)link!)["/api/indicator/v1/".Length..]);
    }

    private async Task<DateTimeOffset> NowAsync()
    {
        await using var now = people.Service.Database.DataSource.CreateCommand("select clock_timestamp()");
        return (DateTime)(await now.ExecuteScalarAsync())!;
    }
}
