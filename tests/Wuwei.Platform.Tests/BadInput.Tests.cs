using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wuwei.Platform.Tests.Running;

namespace Wuwei.Platform.Tests;

/// <summary>What must not be sent: the right 4xx, problem+json with a stable code, and nothing stored.</summary>
[Collection(PlatformCollection.Name)]
public sealed class BadInput(RunningPlatform platform)
{
    private const string Clerk = "labour-transfer-620621";
    private const string Departure = "/api/labour-transfer/v1/departures/0198c5c0-0000-7000-8000-00000000beef";
    private const string Report = "/api/indicator/v1/reports/1/620621/2025-05";

    /// <summary>Name, client, method, address, body, status, code.</summary>
    public static TheoryData<string, string?, string, string, string?, int, string> Cases => new()
    {
        { "no token", null, "PUT", Departure, Valid(), 401, "auth.token_required" },
        { "no token, reading", null, "GET", "/api/assessment/v1/scores", null, 401, "auth.token_required" },
        { "other department's token", "training-620621", "PUT", Departure, Valid(), 401, "auth.token_required" },
        { "reader's token", "auditor", "PUT", Departure, Valid(), 403, "auth.forbidden" },
        { "department asks for scores", Clerk, "GET", "/api/assessment/v1/scores", null, 401, "auth.token_required" },
        { "other county", Clerk, "PUT", Departure, Valid("region", "620622"), 403, "auth.out_of_region" },
        { "broken JSON", Clerk, "PUT", Departure, "{\"person\":", 400, "request.malformed" },
        { "empty body", Clerk, "PUT", Departure, "", 400, "request.malformed" },
        { "null body", Clerk, "PUT", Departure, "null", 400, "request.malformed" },
        { "array for object", Clerk, "PUT", Departure, "[]", 400, "request.malformed" },
        { "unknown member", Clerk, "PUT", Departure, Valid("isAdmin", true), 400, "request.malformed" },
        { "duplicate member", Clerk, "PUT", Departure, Valid().Insert(1, "\"region\":\"620621\","), 400, "request.malformed" },
        { "missing member", Clerk, "PUT", Departure, "{\"region\":\"620621\"}", 400, "request.malformed" },
        { "number as text", Clerk, "PUT", Departure, Valid("monthlyIncome", "4200"), 400, "request.malformed" },
        { "text as number", Clerk, "PUT", Departure, Valid("region", 620621), 400, "request.malformed" },
        { "huge number", Clerk, "PUT", Departure, Valid().Replace("4200.5", "1e309", StringComparison.Ordinal), 400, "request.malformed" },
        { "not a number", Clerk, "PUT", Departure, Valid().Replace("4200.5", "NaN", StringComparison.Ordinal), 400, "request.malformed" },
        { "number out of range", Clerk, "PUT", Departure, Valid("monthlyIncome", 1e12), 400, "request.invalid" },
        { "negative income", Clerk, "PUT", Departure, Valid("monthlyIncome", -1), 400, "request.invalid" },
        { "31 February", Clerk, "PUT", Departure, Valid("departedOn", "2025-02-31"), 400, "request.malformed" },
        { "date in another form", Clerk, "PUT", Departure, Valid("departedOn", "2025/3/1"), 400, "request.malformed" },
        { "future date", Clerk, "PUT", Departure, Valid("departedOn", "2199-01-01"), 422, "departure.in_future" },
        { "return before departure", Clerk, "PUT", Departure, Valid("returnedOn", "2025-01-01"), 422, "departure.return_before_departure" },
        { "unknown region", Clerk, "PUT", Departure, Valid("region", "629999"), 422, "departure.unknown_region" },
        { "formula as region", Clerk, "PUT", Departure, Valid("region", "=1+1"), 422, "departure.unknown_region" },
        { "SQL as destination", Clerk, "PUT", Departure, Valid("destination", "';drop--"), 422, "departure.unknown_destination" },
        { "unknown choice", Clerk, "PUT", Departure, Valid("arrangement", "maybe"), 400, "request.malformed" },
        { "choice by number", Clerk, "PUT", Departure, Valid("arrangement", 0), 400, "request.malformed" },
        { "text too long", Clerk, "PUT", Departure, Valid("employer", new string('厂', 101)), 400, "request.invalid" },
        { "NUL in text", Clerk, "PUT", Departure, Valid("employer", "a\0b"), 400, "request.malformed" },
        { "text turned around", Clerk, "PUT", Departure, Valid("employer", "a\u202eb"), 400, "request.malformed" },
        { "lone surrogate", Clerk, "PUT", Departure, Valid().Replace("650100", "\\ud800", StringComparison.Ordinal), 400, "request.malformed" },
        { "ID checksum", Clerk, "PUT", Departure, Person("620602198503151019"), 422, "person.id_checksum" },
        { "ID too short", Clerk, "PUT", Departure, Person("62060219850315101"), 422, "person.id_length" },
        { "ID with letters", Clerk, "PUT", Departure, Person("6206O2199207081023"), 422, "person.id_charset" },
        { "ID with no such day", Clerk, "PUT", Departure, Person("620621199002300017"), 422, "person.id_date" },
        { "deep nesting", Clerk, "PUT", Departure, new string('[', 10_000), 400, "request.malformed" },
        { "body of 10 MB", Clerk, "PUT", Departure, Valid("employer", new string('x', 10_000_000)), 413, "request.too_large" },
        { "other content type", Clerk, "PUT", Departure, "text/plain:hello", 415, "request.unsupported_media_type" },
        { "other method", Clerk, "DELETE", Departure, null, 405, "route.method_not_allowed" },
        { "no such address", Clerk, "GET", "/api/nothing/v1/here", null, 404, "route.not_found" },
        { "no such record", Clerk, "GET", Departure, null, 404, "departure.not_found" },
        { "batch of none", Clerk, "POST", "/api/labour-transfer/v1/departures/batch", "{\"items\":[]}", 400, "request.invalid" },
        { "page of 10^9", Clerk, "GET", "/api/labour-transfer/v1/departures?limit=1000000000", null, 400, "request.invalid" },
        { "made-up cursor", Clerk, "GET", "/api/labour-transfer/v1/departures?after=%27--", null, 400, "request.bad_cursor" },
        { "report on another county", "indicator-620622", "PUT", Report, "{\"value\":1}", 403, "auth.out_of_region" },
        { "report below zero", "indicator-620621", "PUT", Report, "{\"value\":-1}", 422, "report.negative" },
        { "report on a month after the plan", "indicator-620621", "PUT", Report.Replace("2025-05", "2026-05", StringComparison.Ordinal), "{\"value\":1}", 422, "report.period_out_of_plan" },
        { "report on month 13", "indicator-620621", "PUT", Report.Replace("2025-05", "2025-13", StringComparison.Ordinal), "{\"value\":1}", 422, "period.malformed" },
        { "report on no indicator", "indicator-620621", "PUT", Report.Replace("/1/", "/99/", StringComparison.Ordinal), "{\"value\":1}", 404, "indicator.not_found" },
        { "scores of no period", "assessment-office", "GET", "/api/assessment/v1/scores?period=2025-13", null, 422, "assessment.bad_period" },
        { "scores of no scheme", "assessment-office", "GET", "/api/assessment/v1/scores?scheme=nothing", null, 404, "assessment.unknown_scheme" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Given_something_wrong_When_it_is_sent_Then_it_is_named_and_nothing_is_stored(
        string name, string? client, string method, string address, string? body, int status, string code)
    {
        var before = await StoredAsync();
        using var request = new HttpRequestMessage(new(method), new Uri(address, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.Replace("text/plain:", "", StringComparison.Ordinal)));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(body.StartsWith("text/plain:", StringComparison.Ordinal) ? "text/plain" : "application/json");
        }

        // A large body is announced first: its refusal is then read before the connection is cut.
        request.Headers.ExpectContinue = body?.Length > 1_000_000;
        using var answer = await (await platform.ClientAsync(client)).SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.True((int)answer.StatusCode == status, $"{name}: {(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(code, problem["code"]?.GetValue<string>());
        Assert.False(string.IsNullOrEmpty(problem["title"]?.GetValue<string>()));
        Assert.NotNull(problem["traceId"]);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.Equal(before, await StoredAsync());
    }

    [Theory]
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ4In0.")]
    [InlineData("not a token")]
    public async Task Given_a_token_nobody_issued_When_it_is_used_Then_it_is_refused(string token)
    {
        using var http = new HttpClient { BaseAddress = (await platform.ClientAsync(null)).BaseAddress };
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var answer = await http.PutAsync(new Uri(Departure, UriKind.Relative), new StringContent(Valid(), Encoding.UTF8, "application/json"));

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.NotEmpty(answer.Headers.WwwAuthenticate);
    }

    [Fact]
    public async Task Given_a_token_changed_by_its_holder_When_it_is_used_Then_it_is_refused()
    {
        var parts = (await platform.TokenAsync(Clerk)).Split('.');
        var claims = Encoding.UTF8.GetString(Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(parts[1]));
        Assert.Contains("620621", claims, StringComparison.Ordinal);
        parts[1] = Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlEncode(
            Encoding.UTF8.GetBytes(claims.Replace("620621", "620600", StringComparison.Ordinal)));
        using var http = new HttpClient { BaseAddress = (await platform.ClientAsync(null)).BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", string.Join('.', parts));

        using var answer = await http.PutAsync(new Uri(Departure, UriKind.Relative), new StringContent(Valid(), Encoding.UTF8, "application/json"));

        Assert.Equal(401, (int)answer.StatusCode);
    }

    private async Task<string> StoredAsync()
    {
        var counts = new List<string?>();
        counts.AddRange(await platform.QueryAsync("labour-transfer", "select (select count(*) from departure) || ' ' || (select count(*) from outbox_message)"));
        counts.AddRange(await platform.QueryAsync("indicator", "select count(*)::text from report"));
        return string.Join(' ', counts);
    }

    private static string Person(string nationalId) =>
        JsonSerializer.Serialize(Departures.Body(nationalId), JsonSerializerOptions.Web);

    private static string Valid() => Person("622322197911302047");

    private static string Valid(string member, object value) => JsonSerializer.Serialize(
        new Dictionary<string, object?>(Departures.Body("622322197911302047")) { [member] = value }, JsonSerializerOptions.Web);
}
