using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Wuwei.Platform.Tests.Running;

namespace Wuwei.Platform.Tests;

/// <summary>A county's month from its form to the lock, and on to the score that the office pulls.</summary>
[Collection(PlatformCollection.Name)]
public sealed class MonthToScore(RunningPlatform platform)
{
    private const string County = "620623", Month = "2025-11";
    private const string Report = $"/api/indicator/v1/reports/7/{County}/{Month}", Score = $"/api/assessment/v1/scores/{County}/2025-12/items/7";

    [Fact]
    public async Task Given_a_countys_month_When_it_goes_from_form_to_lock_Then_the_score_is_made_of_it_and_leads_back_to_it()
    {
        var (bureau, city, office) = (await platform.ClientAsync($"indicator-{County}"), await platform.ClientAsync("indicator-620600"), await platform.ClientAsync("assessment-office"));
        // Another test may just have killed the service.
        await RunningPlatform.UntilAsync(async () => (await city.GetAsync(new Uri(Report, UriKind.Relative))).IsSuccessStatusCode, "the report is there", seconds: 180);
        var (before, scored) = ((await city.ReadAsync(Report))["report"]!, (await office.ReadAsync(Score))["score"]!);

        // The month is opened again; the county finds it in its form, fills it in and stands for it; the city locks it.
        var reported = Number(before["value"]) + 40;
        await MoveAsync(city, "unlock", new { reason = "漏报四十人" });
        var form = await bureau.ReadAsync($"/api/indicator/v1/reports/form?region={County}&period={Month}");
        var line = form["lines"]!.AsArray().Single(line => Text(line!["indicator"]) == "7")!;
        Assert.Equal(("returned", Number(before["value"]), "2025-10"), (Text(line["state"]), Number(line["value"]), Text(line["lastPeriod"])));
        await SendAsync(bureau, HttpMethod.Put, Report, new { value = reported, note = "补报" });
        await MoveAsync(bureau, "submission");
        await MoveAsync(bureau, "approval");
        Assert.Equal(Number(before["value"]), Number(await ObservedAsync(office))); // what was locked counts until the lock
        await MoveAsync(city, "lock");
        Assert.Equal(reported, Number(await ObservedAsync(office)));

        // It reaches the score by itself.
        JsonNode? explained = null;
        await RunningPlatform.UntilAsync(async () => Number(Input(explained = await office.ReadAsync(Score))["value"]) == reported, "the score is made of the locked month", seconds: 180);
        Assert.Equal(Number(scored["value"]) + 40, Number(explained!["score"]!["value"]));
        Assert.True(Number(explained["score"]!["counted"]) >= Number(scored["counted"]));

        // And every step of the report is found from there.
        var fact = Assert.Single((await office.ReadAsync(Text(Input(explained)["facts"])))["items"]!.AsArray())!;
        Assert.Equal((reported, Report), (Number(fact["quantity"]), Text(fact["record"])));
        var steps = (await office.ReadAsync(Text(fact["record"])))["steps"]!.AsArray().TakeLast(5).Select(step => (Text(step!["state"]), Text(step["doneBy"])));
        Assert.Equal([("returned", "indicator-620600"), ("draft", $"indicator-{County}"), ("submitted", $"indicator-{County}"), ("approved", $"indicator-{County}"), ("locked", "indicator-620600")], steps);
    }

    private static async Task<JsonNode?> ObservedAsync(HttpClient office) =>
        (await office.ReadAsync($"/api/indicator/v1/observations/7/{County}/{Month}"))["observation"]!["value"];

    private static JsonNode Input(JsonNode explained) =>
        explained["inputs"]!.AsArray().Single(input => Text(input!["link"]).EndsWith($"/7/{County}/{Month}", StringComparison.Ordinal))!;

    private static Task MoveAsync(HttpClient who, string move, object? body = null) => SendAsync(who, HttpMethod.Post, $"{Report}/{move}", body);

    // As a clerk's screen does it: what is there now is what is changed.
    private static async Task SendAsync(HttpClient who, HttpMethod method, string address, object? body)
    {
        using var seen = await who.GetAsync(new Uri(Report, UriKind.Relative));
        using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.IfMatch.Add(seen.Headers.ETag!);
        using var answer = await who.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{address}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static decimal Number(JsonNode? node) => node!.GetValue<decimal>();
}
