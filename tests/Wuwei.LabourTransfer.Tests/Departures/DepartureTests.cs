using System.Net;
using System.Text.Json.Nodes;
using Wuwei.Register.Tests;

namespace Wuwei.LabourTransfer.Tests.Departures;

public sealed class DepartureTests(LabourTransferService service) : IClassFixture<LabourTransferService>
{
    [Fact]
    public async Task Given_an_open_spell_When_the_return_is_recorded_Then_the_worker_may_leave_again()
    {
        var (id, person, form) = await service.GivenRecordAsync();
        var again = service.Form(person);
        again["departedOn"] = "2025-07-01";

        var early = await PutAsync(service.City, service.Path(Guid.CreateVersion7()), again);
        var unnamed = await PutAsync(service.City, $"{service.Path(id)}/return", Back("2025-07-01"));
        var back = await PutAsync(service.City, $"{service.Path(id)}/return", Back("2025-07-01"), "\"1\"");
        var twice = await PutAsync(service.City, $"{service.Path(id)}/return", Back("2025-07-01"));
        var left = await PutAsync(service.City, service.Path(Guid.CreateVersion7()), again);
        form["returnedOn"] = "2025-08-01";
        var later = await PutAsync(service.City, service.Path(id), form, "\"2\"");

        Assert.Equal("departure.overlap", early.Code);
        Assert.Equal("request.if_match_required", unnamed.Code);
        Assert.Equal(("\"2\"", "2025-07-01"), (back.ETag, (string?)back.Body!["returnedOn"]));
        Assert.Equal((HttpStatusCode.OK, "\"2\""), (twice.Status, twice.ETag));
        Assert.Equal(HttpStatusCode.Created, left.Status);
        Assert.Equal("departure.overlap", later.Code);
    }

    [Fact]
    public async Task Given_a_person_away_from_another_county_When_this_one_records_a_departure_Then_it_is_not_told_which()
    {
        var (_, person, _) = await service.GivenRecordAsync(RegisterService.Minqin);
        using var liangzhou = service.County();

        var answer = await PutAsync(liangzhou, service.Path(Guid.CreateVersion7()), service.Form(person));

        Assert.Equal("departure.overlap", answer.Code);
        var text = answer.Body!.ToJsonString();
        Assert.DoesNotContain("6206", text, StringComparison.Ordinal);
        Assert.DoesNotContain("民勤", text, StringComparison.Ordinal);
        Assert.DoesNotContain(person.NationalId, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_one_person_When_two_hundred_departures_come_at_once_Then_one_is_recorded()
    {
        var person = TestPerson.Next();
        _ = await service.FactsSentAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
        {
            var form = service.Form(person, i % 2 == 0 ? RegisterService.Liangzhou : RegisterService.Minqin);
            form["departedOn"] = $"2025-0{i % 9 + 1}-15";
            return PutAsync(service.City, service.Path(Guid.CreateVersion7()), form);
        }));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(199, answers.Count(answer => answer.Code == "departure.overlap"));
        Assert.Single(await service.FactsSentAsync());
    }

    [Fact]
    public async Task Given_a_cancelled_spell_When_the_worker_leaves_on_the_same_day_Then_it_is_recorded()
    {
        var (id, person, form) = await service.GivenRecordAsync();
        _ = await PostAsync(service.City, $"{service.Path(id)}/cancellation", new JsonObject { ["reason"] = "登记错误" }, "\"1\"");

        Assert.Equal(HttpStatusCode.Created, (await PutAsync(service.City, service.Path(Guid.CreateVersion7()), form)).Status);
        Assert.NotNull(person);
    }

    [Fact]
    public async Task Given_a_wrong_number_When_corrected_to_another_person_Then_both_persons_rules_hold()
    {
        var (_, away, _) = await service.GivenRecordAsync();
        var (id, _, form) = await service.GivenRecordAsync();

        form["person"] = away.Form;
        var taken = await PutAsync(service.City, service.Path(id), form, "\"1\"");
        var free = TestPerson.Next();
        form["person"] = free.Form;
        var corrected = await PutAsync(service.City, service.Path(id), form, "\"1\"");

        Assert.Equal("departure.overlap", taken.Code);
        Assert.Equal(free.MaskedId, (string?)corrected.Body!["person"]!["nationalId"]);
    }

    [Fact]
    public async Task Given_departures_When_filtered_Then_only_those_are_listed()
    {
        var (back, _, _) = await service.GivenRecordAsync("620622100");
        var (away, _, _) = await service.GivenRecordAsync("620622101");
        _ = await PutAsync(service.City, $"{service.Path(back)}/return", Back("2025-05-01"), "\"1\"");

        async Task<string> ListAsync(string query) => (await GetAsync(service.City, $"/departures?{query}")).Body!.ToJsonString();

        Assert.Contains(back.ToString(), await ListAsync("region=620622&away=false"), StringComparison.Ordinal);
        Assert.DoesNotContain(away.ToString(), await ListAsync("region=620622&away=false"), StringComparison.Ordinal);
        Assert.Contains(away.ToString(), await ListAsync("region=620622101&from=2025-03-01&to=2025-03-01"), StringComparison.Ordinal);
        Assert.DoesNotContain(away.ToString(), await ListAsync("region=620622&to=2025-02-28"), StringComparison.Ordinal);
        Assert.Equal("request.bad_cursor", (await GetAsync(service.City, "/departures?after=x")).Code);
        Assert.Equal("request.invalid", (await GetAsync(service.City, "/departures?limit=1000")).Code);
    }

    public static TheoryData<string, string, string> BadDepartures => new()
    {
        { "person", """{"nationalId":"62230119860315101","name":"张三"}""", "person.id_length" },
        { "person", """{"nationalId":"622301198603151016","name":"<b>"}""", "person.name" },
        { "person", """{"nationalId":"622301198603151016","name":"张三","phone":"12345"}""", "person.phone" },
        { "person", """{"nationalId":622301198603151016,"name":"张三"}""", "request.malformed" },
        { "person", """{"nationalId":"622301198603151016","name":"张三","age":3}""", "request.malformed" },
        { "person", "null", "request.malformed" },
        { "region", "\"110101\"", "departure.unknown_region" },
        { "region", "\"620600\"", "departure.unknown_region" },
        { "region", "\"620602' or '1'='1\"", "request.invalid" },
        { "departedOn", "\"2025-02-30\"", "request.malformed" },
        { "departedOn", "\"2025-11-02\"", "departure.in_future" },
        { "departedOn", "\"2024-12-31\"", "register.before_real_name_records" },
        { "departedOn", "20250301", "request.malformed" },
        { "returnedOn", "\"2026-01-01\"", "departure.return_in_future" },
        { "arrangement", "\"self\"", "departure.organiser_unexpected" },
        { "organiser", "\"\"", "departure.organiser_required" },
        { "destination", "\"990000\"", "departure.unknown_destination" },
        { "destination", "\"Beijing\"", "departure.unknown_destination" },
        { "industry", "\"Z\"", "request.invalid" },
        { "monthlyIncome", "1e20", "request.invalid" },
        { "monthlyIncome", "-1", "request.invalid" },
        { "monthlyIncome", "299", "departure.implausible_income" },
        { "monthlyIncome", "3000.005", "departure.income_precision" },
        { "employer", "\"a\\nb\\u0000\"", "request.malformed" },
        { "organiser", "\"联系人622301198603151016\"", "request.id_number" },
        { "person", """{"nationalId":"622301198603151016","name":"张三","phone":"622301198603151016"}""", "request.id_number" },
        { "person", """{"nationalId":"622301198603151016","name":"张三","phone":"\u0000"}""", "request.malformed" },
    };

    [Theory]
    [MemberData(nameof(BadDepartures))]
    public async Task Given_a_departure_that_cannot_be_When_sent_Then_it_is_refused_and_nothing_is_stored(string member, string json, string code)
    {
        var form = service.Form(TestPerson.Next());
        var id = Guid.CreateVersion7();
        var text = form.ToJsonString();
        form.Remove(member);
        text = $"{form.ToJsonString()[..^1]},\"{member}\":{json}}}";

        var answer = await PutTextAsync(service.City, service.Path(id), text);

        Assert.Equal(code, answer.Code);
        Assert.InRange((int)answer.Status, 400, 422);
        Assert.NotNull(answer.Body!["traceId"]);
        Assert.Equal(0, await service.ScalarAsync<long>($"select count(*) from departure where departure_id = '{id}'"));
    }

    [Fact]
    public async Task Given_a_batch_of_none_or_too_many_When_sent_Then_it_is_invalid()
    {
        var form = service.Form(TestPerson.Next());

        var none = await PostAsync(service.City, "/departures/batch", new JsonObject { ["items"] = new JsonArray() });
        var many = await PostAsync(service.City, "/departures/batch", RegisterService.BatchOf(Enumerable.Range(0, 501).Select(_ => (Guid.CreateVersion7(), form))));

        Assert.Equal(("request.invalid", "request.invalid"), (none.Code, many.Code));
    }

    [Fact]
    public async Task Given_an_item_that_does_not_fit_When_sent_in_a_batch_Then_only_it_is_refused()
    {
        var (good, bad) = (service.Form(TestPerson.Next()), service.Form(TestPerson.Next()));
        bad["employer"] = new string('长', 101);

        var answer = await PostAsync(service.City, "/departures/batch", RegisterService.BatchOf((Guid.CreateVersion7(), bad), (Guid.CreateVersion7(), good)));

        Assert.Equal(["refused", "created"], answer.Body!["results"]!.AsArray().Select(result => (string)result!["status"]!));
        Assert.Equal(("request.invalid_member", "/employer"), ((string?)answer.Body["results"]![0]!["code"], (string?)answer.Body["results"]![0]!["pointer"]));
    }

    private static JsonObject Back(string day) => new() { ["returnedOn"] = day };
}
