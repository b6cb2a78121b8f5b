using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Ledger;
using Wuwei.ServiceDefaults;
using Wuwei.Testing;

namespace Wuwei.Indicator.Tests;

/// <summary>The whole service on a database of its own; it is July 2025.</summary>
public sealed class IndicatorService() : ServiceFactory<Program>("indicator")
{
    public const string Liangzhou = "620602";
    public const string Minqin = "620621";
    public const string Gulang = "620622";
    public const string Tianzhu = "620623";

    public HttpClient City => field ??= ClientFor(TestCaller.Of("indicator"));

    public HttpClient Operator => field ??= ClientFor(TestCaller.Operator);

    public HttpClient County(string region) => ClientFor(TestCaller.Of("indicator", region));

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Clock.SetToday(new(2025, 7, 15));
    }

    /// <summary>Folds facts as the queue's consumer would.</summary>
    public Task FoldAsync(string source, params Fact[] facts) =>
        DeliverAsync<FactsRecorded, FoldFacts>(new FactsRecorded(source, facts));

    /// <summary>A locked report, through all its steps.</summary>
    public async Task LockAsync(string indicator, string region, string period, object figures)
    {
        var path = $"reports/{indicator}/{region}/{period}";
        var own = County(region);
        await (await own.PutAsync(path, figures)).ShouldBeAsync(HttpStatusCode.Created);
        await (await own.PostAsync($"{path}/submission", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await own.PostAsync($"{path}/approval", null, "\"2\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await City.PostAsync($"{path}/lock", null, "\"3\"")).ShouldBeAsync(HttpStatusCode.OK);
    }

    /// <summary>Many reports locked at once by the city; answers what became of each.</summary>
    public async Task<JsonObject> LockBatchAsync(IEnumerable<object> reports) =>
        await (await City.PostAsync("reports/batch", new { @lock = true, reports })).ShouldBeAsync(HttpStatusCode.OK);
}

/// <summary>Requests and answers in one line each.</summary>
internal static class Http
{
    extension(HttpClient client)
    {
        public Task<HttpResponseMessage> PutAsync(string path, object? body, string? ifMatch = null) => client.SendAsync(HttpMethod.Put, path, body, ifMatch);

        public Task<HttpResponseMessage> PostAsync(string path, object? body, string? ifMatch = null) => client.SendAsync(HttpMethod.Post, path, body, ifMatch);

        public async Task<JsonObject> GetJsonAsync(string path)
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
            return await response.ShouldBeAsync(HttpStatusCode.OK);
        }

        private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, string? ifMatch)
        {
            var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            if (body is string raw)
            {
                request.Content = new StringContent(raw, new MediaTypeHeaderValue("application/json"));
            }
            else if (body is not null)
            {
                request.Content = JsonContent.Create(body, options: Json.Options);
            }

            if (ifMatch is not null)
            {
                request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(ifMatch));
            }

            return client.SendAsync(request);
        }
    }

    extension(HttpResponseMessage response)
    {
        /// <summary>Checks the status, and for refusals the code; answers the body.</summary>
        public async Task<JsonObject> ShouldBeAsync(HttpStatusCode status, string? code = null)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == status, $"{(int)response.StatusCode} instead of {(int)status}: {text}");
            var body = text.Length > 0 && text[0] == '{' ? JsonNode.Parse(text)!.AsObject() : [];
            if ((int)status >= 400)
            {
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
                Assert.Equal(code, (string?)body["code"]);
            }

            return body;
        }
    }

    public static decimal? Decimal(this JsonNode? node) => node is null ? null : node.GetValueKind() == JsonValueKind.Null ? null : node.GetValue<decimal>();
}
