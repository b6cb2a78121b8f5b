using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Wuwei.Gateway.Routing;

[Collection(nameof(Platform))]
public sealed class RoutesTests(Platform platform)
{
    [Fact]
    public async Task Given_a_public_address_When_asked_Then_the_service_sees_its_own()
    {
        using var client = await platform.ClientAsync("training-620602");
        Assert.Equal("GET /address?year=2025&name=%E6%AD%A6%E5%A8%81", await client.GetStringAsync("api/training/v1/address?year=2025&name=武威"));
    }

    [Theory]
    [InlineData("api/training/v1/address")]
    [InlineData("api/training/v1/")]
    [InlineData("nowhere")]
    public async Task Given_no_token_When_asked_Then_it_is_401_and_nothing_passes(string address)
    {
        using var client = platform.Gateway.Client();
        var before = platform.Training.Requests;
        using var answer = await client.GetAsync(address);
        await Problem.AssertAsync(answer, HttpStatusCode.Unauthorized, "auth.token_required");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal(before, platform.Training.Requests);
    }

    [Fact]
    public async Task Given_no_token_When_a_publication_is_verified_Then_it_passes_so_often_and_nothing_else_of_the_service_does()
    {
        await using var gateway = GatewayServer.Start(
            platform.Identity, new Dictionary<string, Uri[]> { ["assessment"] = [platform.Training.Address] },
            ("Limits:PublicPerSecond", "10"), ("Limits:PublicBurst", "5"));
        using var client = gateway.Client();
        Assert.Equal("GET /verification/1", await client.GetStringAsync("api/assessment/v1/verification/1"));
        using var change = await client.PostAsync("api/assessment/v1/verification/1", null);
        await Problem.AssertAsync(change, HttpStatusCode.Unauthorized, "auth.token_required");
        using var other = await client.GetAsync("api/assessment/v1/verification/../publications/1");
        await Problem.AssertAsync(other, HttpStatusCode.Unauthorized, "auth.token_required");

        // Nor is one who has a token given more.
        client.DefaultRequestHeaders.Authorization = new("Bearer", await platform.Identity.TokenAsync("assessment-office"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.GetAsync("api/assessment/v1/verification/1")));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("api/nothing/v1/x")]
    [InlineData("api/training/v2/address")]
    [InlineData("api/training/v1/nowhere")]
    public async Task Given_an_unknown_address_When_asked_Then_it_is_404(string address)
    {
        using var client = await platform.ClientAsync("training-620602");
        using var answer = await client.GetAsync(address);
        await Problem.AssertAsync(answer, HttpStatusCode.NotFound, "route.not_found");
    }

    [Fact]
    public async Task Given_a_token_for_other_services_When_asked_Then_the_service_refuses_what_the_gateway_let_pass()
    {
        using var client = await platform.ClientAsync("loans-620600", "loans.read");
        using var answer = await client.GetAsync("api/training/v1/address");
        await Problem.AssertAsync(answer, HttpStatusCode.Unauthorized, "auth.token_required");
    }

    [Fact]
    public async Task Given_identity_behind_it_When_asked_for_a_token_Then_the_gateway_passes_it_on()
    {
        using var client = platform.Gateway.Client();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "operator",
            ["client_secret"] = IdentityServer.SecretOf("operator"),
        });
        using var answer = await client.PostAsync("connect/token", form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(2, (await client.GetFromJsonAsync<JsonElement>(".well-known/jwks")).GetProperty("keys").GetArrayLength());
        using var wrong = await client.PostAsync("connect/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "operator",
            ["client_secret"] = "wrong",
        }));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Fact]
    public async Task Given_headers_that_claim_who_one_is_When_sent_Then_the_service_sees_none_of_them()
    {
        using var client = await platform.ClientAsync("training-620602");
        string[] spoofed = ["X-User", "X-User-Id", "X-Region", "X-Department", "X-Roles", "X-Real-IP", "X-Original-URL", "X-HTTP-Method-Override", "X-Forwarded-Prefix", "Forwarded", "x-ForWarded-UsEr"];
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/training/v1/headers");
        foreach (var name in spoofed)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, "spoofed"));
        }

        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "203.0.113.9");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", "evil.test");
        request.Headers.TryAddWithoutValidation("If-None-Match", "\"7\"");
        using var answer = await client.SendAsync(request);
        var seen = new Dictionary<string, string>((await answer.Content.ReadFromJsonAsync<Dictionary<string, string>>())!, StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain(seen, header => header.Value.Contains("spoofed", StringComparison.Ordinal));
        Assert.Equal("127.0.0.1", seen["X-Forwarded-For"]);
        Assert.Equal(platform.Gateway.Address.Authority, seen["X-Forwarded-Host"]);
        Assert.Equal("\"7\"", seen["If-None-Match"]);
    }

    [Fact]
    public async Task Given_a_trace_of_the_caller_When_passed_on_Then_the_service_is_in_the_same_trace()
    {
        using var client = await platform.ClientAsync("training-620602");
        using var caller = new Activity("caller").SetParentId("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").Start();
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", await client.GetStringAsync("api/training/v1/trace"));
    }

    [Fact]
    public async Task Given_a_body_over_the_limit_When_sent_Then_it_is_413_said_or_not_said_in_advance()
    {
        using var client = await platform.ClientAsync("training-620602");
        using var limit = await client.PutAsync("api/training/v1/things/1", new ByteArrayContent(new byte[1024 * 1024]));
        Assert.Equal("1048576", await limit.Content.ReadAsStringAsync());
        var before = platform.Training.Requests;
        // Announced first: the refusal is then read before the connection is cut.
        using var announced = new HttpRequestMessage(HttpMethod.Put, "api/training/v1/things/1") { Content = new ByteArrayContent(new byte[1024 * 1024 + 1]) };
        announced.Headers.ExpectContinue = true;
        using var said = await client.SendAsync(announced);
        await Problem.AssertAsync(said, HttpStatusCode.RequestEntityTooLarge, "request.too_large");
        Assert.Equal(before, platform.Training.Requests);
        using var request = new HttpRequestMessage(HttpMethod.Put, "api/training/v1/things/1")
        {
            // Little over it, so that all is under way before the connection is cut.
            Content = new ByteArrayContent(new byte[1024 * 1024 + 1024]),
            Headers = { TransferEncodingChunked = true },
        };
        using var unsaid = await client.SendAsync(request);
        await Problem.AssertAsync(unsaid, HttpStatusCode.RequestEntityTooLarge, "request.too_large");
    }

    [Theory]
    [InlineData("things/imports?mode=dry-run")]
    [InlineData("evidence?record=appeals/1")]
    public async Task Given_a_file_of_records_or_of_evidence_When_sent_Then_it_may_be_larger_but_not_of_any_size(string upload)
    {
        using var client = await platform.ClientAsync("training-620602");
        using var file = await client.PostAsync($"api/training/v1/{upload}", new ByteArrayContent(new byte[20 * 1024 * 1024]));
        Assert.Equal("20971520", await file.Content.ReadAsStringAsync());
        using var announced = new HttpRequestMessage(HttpMethod.Post, $"api/training/v1/{upload}") { Content = new ByteArrayContent(new byte[66 * 1024 * 1024]) };
        announced.Headers.ExpectContinue = true;
        using var said = await client.SendAsync(announced);
        await Problem.AssertAsync(said, HttpStatusCode.RequestEntityTooLarge, "request.too_large");
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Given_a_client_that_unpacks_When_asked_for_much_Then_it_is_packed(string encoding)
    {
        using var client = await platform.ClientAsync("training-620602");
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd(encoding);
        using var answer = await client.GetAsync("api/training/v1/long");
        Assert.Equal([encoding], answer.Content.Headers.ContentEncoding);
        await using var packed = await answer.Content.ReadAsStreamAsync();
        await using Stream unpacked = encoding == "br" ? new BrotliStream(packed, CompressionMode.Decompress) : new GZipStream(packed, CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked, Encoding.UTF8);
        Assert.Equal(string.Concat(Enumerable.Repeat("武威", 2000)), await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task Given_a_service_that_is_away_When_asked_Then_it_is_502_soon()
    {
        using var client = await platform.ClientAsync("loans-620600");
        var watch = Stopwatch.StartNew();
        using var answer = await client.GetAsync("api/loans/v1/address");
        await Problem.AssertAsync(answer, HttpStatusCode.BadGateway, "server.bad_gateway");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Given_a_service_without_an_address_When_asked_Then_it_is_502_or_503()
    {
        using var client = await platform.ClientAsync("assessment-office");
        using var answer = await client.GetAsync("api/assessment/v1/scores");
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable });
        await Problem.AssertAsync(answer, answer.StatusCode, answer.StatusCode == HttpStatusCode.BadGateway ? "server.bad_gateway" : "server.unavailable");
    }

    [Fact]
    public async Task Given_a_time_for_silence_When_a_service_is_silent_for_longer_Then_it_is_504_and_an_upload_that_keeps_coming_is_not_cut()
    {
        await using var gateway = GatewayServer.Start(
            platform.Identity, new Dictionary<string, Uri[]> { ["training"] = [platform.Training.Address] },
            ("ReverseProxy:Clusters:training:HttpRequest:ActivityTimeout", "00:00:01"));
        using var client = gateway.Client(await platform.Identity.TokenAsync("training-620602"));
        using var file = new KeepsComing();
        var upload = client.PostAsync("api/training/v1/things/imports", file);
        await file.Begun;

        // The upload is under way for as long as this takes to be given up.
        using var answer = await client.GetAsync("api/training/v1/slow?milliseconds=20000");
        await Problem.AssertAsync(answer, HttpStatusCode.GatewayTimeout, "server.timeout");
        file.Finish();

        using var sent = await upload;
        Assert.Equal((HttpStatusCode.OK, file.Sent), (sent.StatusCode, await sent.Content.ReadFromJsonAsync<long>()));
    }

    /// <summary>A byte now and then, until it is told that it is enough.</summary>
    private sealed class KeepsComing : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(), _finished = new();

        public Task Begun => _begun.Task;

        public long Sent { get; private set; }

        public void Finish() => _finished.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            do
            {
                await stream.WriteAsync(new byte[1]);
                await stream.FlushAsync();
                Sent++;
                _begun.TrySetResult();
            }
            while (await Task.WhenAny(_finished.Task, Task.Delay(100)) != _finished.Task);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    [Fact]
    public async Task Given_the_documents_When_read_Then_no_token_is_needed_and_nothing_is_loaded_from_elsewhere()
    {
        using var client = platform.Gateway.Client();
        Assert.Equal("the document", await client.GetStringAsync("api/training/openapi.json"));
        using var root = await client.GetAsync("");
        Assert.Equal((HttpStatusCode.Redirect, "/docs"), (root.StatusCode, root.Headers.Location?.OriginalString));
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var page = await client.GetAsync("docs/");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.All(new[] { "indicator", "training", "loans", "labour-transfer", "assessment" },
            service => Assert.Contains($"api/{service}/openapi.json", html, StringComparison.Ordinal));
        Assert.DoesNotMatch("(src|href|from)=[\"'](https?:)?//", html);
        Assert.True((await client.GetByteArrayAsync("docs/scalar.js")).Length > 1_000_000);
        Assert.Contains("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }
}
