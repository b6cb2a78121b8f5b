using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Wuwei.Testing;

namespace Wuwei.ServiceDefaults;

/// <summary>Identity numbers in an address: refused, and not even then kept by logs and traces.</summary>
public sealed class AddressesTests
{
    private const string Id = "622301198603151016";

    [Theory]
    [InlineData($"records/{Id}")]
    [InlineData($"records/1?idCard={Id}")]
    [InlineData($"records/1?name=a%20{Id}")]
    [InlineData("records/1?id=%36%32%32%33%30%31198603151016")]
    public async Task Given_an_identity_number_in_an_address_When_asked_Then_it_is_refused_and_neither_logged_nor_traced(string address)
    {
        var (kept, traces) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = trace => traces.Enqueue($"{trace.DisplayName} {string.Join(' ', trace.TagObjects)}"),
        };
        ActivitySource.AddActivityListener(listener);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().AddProvider(new Keeper(kept)).SetMinimumLevel(LogLevel.Information);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Authentication:Issuer"] = TestTokens.Issuer;
        builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9"; // traces are made for a collector only; none is here
        builder.AddServiceDefaults();
        await using var app = builder.Build();
        app.UseServiceDefaults();
        var reached = 0;
        app.MapGet("/records/{id}", (string id) => Interlocked.Increment(ref reached)).AllowAnonymous();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };

        using var right = await client.GetAsync("records/1?after=2");
        using var answer = await client.GetAsync(address);
        await app.StopAsync();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest, 1), (right.StatusCode, answer.StatusCode, reached));
        Assert.Equal("request.id_number", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Contains(traces, trace => trace.Contains("url.path, /records/1", StringComparison.Ordinal));
        Assert.NotEmpty(kept);
        Assert.All(kept.Concat(traces), line => Assert.DoesNotContain("198603151016", line, StringComparison.Ordinal));
    }

    private sealed class Keeper(ConcurrentQueue<string> kept) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            kept.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
