using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wuwei.Testing;

namespace Wuwei.ServiceDefaults;

/// <summary>A service on a real port, in development and in production: what goes wrong looks the same.</summary>
public sealed class HostDefaultsTests : IAsyncLifetime
{
    private WebApplication _app = null!;
    private HttpClient _client = null!;
    private readonly TaskCompletionSource _slowBegan = new(), _slowMayEnd = new();
    private readonly Errors _log = new();

    public sealed record Body([property: Required(ErrorMessage = "名称必填。"), StringLength(5, ErrorMessage = "名称不超过五个字。")] string Name, [property: Range(1, 9, ErrorMessage = "数量须在 1 到 9 之间。")] int Count, IReadOnlyList<Part>? Parts = null, string? Note = null);

    public sealed record Part(int Size);

    public Task InitializeAsync() => StartAsync("Development");

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("Npgsql.Command")]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics")]
    [InlineData("System.Net.Http.HttpClient.issuer.LogicalHandler")]
    public async Task Given_no_levels_configured_When_something_happens_at_every_request_Then_only_warnings_of_it_are_logged(string category)
    {
        var builder = WebApplication.CreateBuilder();
        builder.AddServiceDefaults();
        await using var app = builder.Build();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
        Assert.False(logger.IsEnabled(LogLevel.Information));
        Assert.True(logger.IsEnabled(LogLevel.Warning));
    }

    [Fact]
    public async Task Given_a_level_configured_Then_it_holds()
    {
        var builder = WebApplication.CreateBuilder(["--Logging:LogLevel:Npgsql=Debug"]);
        builder.AddServiceDefaults();
        await using var app = builder.Build();
        Assert.True(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Npgsql.Command").IsEnabled(LogLevel.Debug));
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Given_what_callers_can_send_When_it_is_wrong_Then_it_is_a_problem_with_a_code_and_a_Chinese_title(string environment)
    {
        await DisposeAsync();
        await StartAsync(environment);
        const string Json = "application/json";
        foreach (var (body, type, status, code) in new[]
        {
            ("", Json, 400, "request.malformed"),
            ("{", Json, 400, "request.malformed"),
            ("null", Json, 400, "request.malformed"),
            ("[]", Json, 400, "request.malformed"),
            ("""{"name":"a"}""", Json, 400, "request.malformed"),
            ("""{"name":"a","count":"1"}""", Json, 400, "request.malformed"),
            ("""{"name":"a","count":1,"isAdmin":true}""", Json, 400, "request.malformed"),
            ("""{"name":"a\u0000","count":1}""", Json, 400, "request.malformed"),
            ("""{"name":"622301198603151016","count":1}""", Json, 400, "request.id_number"),
            ("""{"name":"a","count":1}""", "application/json; charset=gbk", 415, "request.unsupported_media_type"),
            ("""{"name":"a","count":1}""", "application/json; charset=nothing", 415, "request.unsupported_media_type"),
            ("""{"name":"a","\ud800":1}""", Json, 400, "request.malformed"),
            (new string('[', 10_000), Json, 400, "request.malformed"),
            ("name=a", "application/x-www-form-urlencoded", 415, "request.unsupported_media_type"),
            ("""{"name":"a","count":1}""", "text/plain", 415, "request.unsupported_media_type"),
            ($$"""{"name":"{{new string('a', 1024 * 1024)}}","count":1}""", Json, 413, "request.too_large"),
        })
        {
            using var answer = await PutAsync(Encoding.UTF8.GetBytes(body), type);
            await AssertProblemAsync(answer, status, code);
        }
    }

    [Fact]
    public async Task Given_what_callers_can_send_When_it_is_wrong_Then_it_fills_no_log_and_what_is_our_own_fault_is_logged()
    {
        foreach (var body in new[] { "{", """{"622301198603151016":1}""", """{"name":"a","count":"1"}""" })
        {
            using var refused = await PutAsync(Encoding.UTF8.GetBytes(body), "application/json");
            await AssertProblemAsync(refused, 400, "request.malformed");
        }

        Assert.Empty(_log.Lines);
        using var thrown = await _client.GetAsync(new Uri("thrown", UriKind.Relative));
        Assert.Single(_log.Lines);
    }

    [Theory]
    [InlineData("""{"name":"a","count":1}""", "application/json; charset=utf-8")]
    [InlineData("""{"name":"a","count":1}""", "application/problem+json; charset=\"UTF-8\"")]
    [InlineData("\ufeff{\"name\":\"a\",\"count\":1}", "application/json")]
    public async Task Given_JSON_as_some_clients_send_it_When_it_is_right_Then_it_is_read(string body, string type)
    {
        using var answer = await PutAsync(Encoding.UTF8.GetBytes(body), type);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Given_a_body_that_is_packed_or_no_text_When_sent_Then_it_is_refused()
    {
        using var packed = await PutAsync([0x1f, 0x8b, 0x08], "application/json", "gzip");
        await AssertProblemAsync(packed, 415, "request.unsupported_media_type");
        using var bytes = await PutAsync([.. "{\"name\":\""u8, 0xff, 0xfe, .. "\",\"count\":1}"u8], "application/json");
        await AssertProblemAsync(bytes, 400, "request.malformed");
    }

    [Fact]
    public async Task Given_an_identity_number_where_none_belongs_When_sent_Then_the_member_is_named_and_the_number_is_not_repeated()
    {
        using var answer = await PutAsync("""{"name":"a","count":1,"parts":[],"note":"号码622301198603151016"}"""u8.ToArray(), "application/json");
        var problem = await AssertProblemAsync(answer, 400, "request.id_number");
        Assert.Equal("/note", problem.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.DoesNotContain("622301198603151016", problem.GetRawText(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> PutAsync(byte[] body, string type, string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        // A large body is announced first: its refusal is then read before the connection is cut.
        using var request = new HttpRequestMessage(HttpMethod.Put, "bodies") { Content = content };
        request.Headers.ExpectContinue = body.Length > 100_000;
        return await _client.SendAsync(request);
    }

    [Fact]
    public async Task Given_a_member_at_fault_When_refused_Then_the_pointer_names_it()
    {
        using var content = new StringContent("""{"name":"a","count":1,"parts":[{"size":1},{"size":"2"}]}""", Encoding.UTF8, "application/json");
        using var answer = await _client.PutAsync("bodies", content);
        var problem = await AssertProblemAsync(answer, 400, "request.malformed");
        Assert.Equal("/parts/1/size", problem.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.DoesNotContain("Exception", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "nowhere", 404, "route.not_found")]
    [InlineData("DELETE", "bodies", 405, "route.method_not_allowed")]
    [InlineData("GET", "numbers/abc", 404, "route.not_found")]
    [InlineData("GET", "numbers?value=abc", 400, "request.malformed")]
    [InlineData("GET", "refused", 409, "test.refused")]
    [InlineData("GET", "thrown", 500, "server.error")]
    [InlineData("GET", "timeout", 503, "server.unavailable")]
    [InlineData("GET", "private", 401, "auth.token_required", false)]
    [InlineData("GET", "nowhere", 401, "auth.token_required", false)] // who may not ask is not told what there is
    [InlineData("GET", "scoped", 403, "auth.forbidden")]
    public async Task Given_any_error_When_answered_Then_it_is_a_problem_whatever_the_caller_accepts(string method, string address, int status, string code, bool token = true)
    {
        _client.DefaultRequestHeaders.Authorization = token ? _client.DefaultRequestHeaders.Authorization : null;
        foreach (var accept in new[] { "application/json", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "*/*" })
        {
            using var request = new HttpRequestMessage(new(method), address) { Headers = { { "Accept", accept } } };
            using var answer = await _client.SendAsync(request);
            var problem = await AssertProblemAsync(answer, status, code);
            Assert.DoesNotContain("秘密", problem.GetRawText(), StringComparison.Ordinal);
            Assert.Equal(status == 503, answer.Headers.RetryAfter is not null);
        }
    }

    [Fact]
    public async Task Given_a_refusal_with_a_pointer_When_answered_Then_the_member_the_code_and_the_sentence_are_there()
    {
        using var answer = await _client.GetAsync("invalid");
        var problem = await AssertProblemAsync(answer, 422, "person.name");
        Assert.Equal("""[{"pointer":"/name","code":"person.name","message":"姓名不对。"}]""", problem.GetProperty("errors").GetRawText());
        Assert.Equal("urn:problem:person.name", problem.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Given_parts_of_which_one_is_away_When_asked_for_health_Then_they_are_named_and_the_reason_is_not()
    {
        using var health = await _client.GetAsync("health");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        var text = await health.Content.ReadAsStringAsync();
        Assert.Contains("\"status\":\"degraded\"", text, StringComparison.Ordinal);
        Assert.Contains("\"broker\":\"degraded\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("秘密", text, StringComparison.Ordinal);
        Assert.Equal("""{"status":"healthy","checks":{"self":"healthy"}}""", await _client.GetStringAsync("alive"));
    }

    [Fact]
    public async Task Given_a_service_When_asked_for_its_status_Then_it_names_its_build_to_anybody()
    {
        _client.DefaultRequestHeaders.Authorization = null;
        var status = await _client.GetFromJsonAsync<JsonElement>("status");
        Assert.Matches(@"^\d+\.\d+\.\d+", status.GetProperty("version").GetString());
        Assert.True(Instants.TryParse(status.GetProperty("started").GetString(), out var started) && started < DateTimeOffset.UtcNow);
    }

    [Fact]
    public void Given_a_service_When_started_Then_it_writes_no_key_into_the_home_folder() => Assert.DoesNotContain(
        _app.Services.GetServices<IHostedService>(), service => service.GetType().FullName!.Contains("DataProtection", StringComparison.Ordinal));

    [Fact]
    public async Task Given_a_request_under_way_When_the_service_stops_Then_it_is_answered_and_said_that_it_stops()
    {
        var slow = _client.GetAsync("slow");
        await _slowBegan.Task;
        var stopping = _app.StopAsync();
        using var during = await _client.GetAsync("health");
        _slowMayEnd.SetResult();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, during.StatusCode);
        Assert.True(during.Headers.ConnectionClose);
        Assert.True(during.Headers.Contains(Draining.Header));
        using var answer = await slow;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetAsync("health"));
    }

    [Fact]
    public async Task Given_nobody_asking_When_the_service_stops_Then_it_does_not_wait()
    {
        var began = Environment.TickCount64;
        await _app.StopAsync();
        Assert.InRange(Environment.TickCount64 - began, 0, 1000);
    }

    private async Task StartAsync(string environment)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Authentication:Issuer"] = TestTokens.Issuer;
        builder.Configuration["Authentication:Audience"] = "wuwei.test";
        builder.AddServiceDefaults();
        builder.Services.PostConfigureAll<JwtBearerOptions>(options => options.TokenValidationParameters.IssuerSigningKey = TestTokens.Key);
        builder.Services.AddHealthChecks().AddCheck("broker", () => HealthCheckResult.Degraded("秘密", new SocketException()));
        _app = builder.Build();
        _app.UseServiceDefaults();
        _app.MapPut("/bodies", (Body body) => body).AllowAnonymous();
        _app.MapGet("/numbers", (int value) => value).AllowAnonymous();
        _app.MapGet("/numbers/{value:int}", (int value) => value).AllowAnonymous();
        _app.MapGet("/refused", () => new Refusal("test.refused", "不行。").ToProblem()).AllowAnonymous();
        _app.MapGet("/invalid", () => Refusal.Invalid("person.name", "姓名不对。", "/name").ToProblem()).AllowAnonymous();
        _app.MapGet("/thrown", string () => throw new InvalidOperationException("秘密")).AllowAnonymous();
        _app.MapGet("/timeout", string () => throw new TimeoutException("秘密")).AllowAnonymous();
        _app.MapGet("/private", () => "private");
        _app.MapGet("/scoped", () => "scoped").RequireScope("training.admin");
        _app.MapGet("/slow", async () => { _slowBegan.SetResult(); await _slowMayEnd.Task; return "slow"; }).AllowAnonymous();
        await _app.StartAsync();
        _client = new() { BaseAddress = new(_app.Urls.Single()) };
        _client.DefaultRequestHeaders.Authorization = new("Bearer", TestTokens.Issue(TestCaller.Of("training"), "wuwei.test"));
    }

    private static async Task<JsonElement> AssertProblemAsync(HttpResponseMessage answer, int status, string code)
    {
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, code), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()));
        Assert.Contains(problem.GetProperty("title").GetString()!, letter => letter is >= '\u4e00' and <= '\u9fff');
        Assert.Matches("^[0-9a-f]{32}$", problem.GetProperty("traceId").GetString());
        return problem;
    }

    // What a service logs as an error.
    private sealed class Errors : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Lines.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
