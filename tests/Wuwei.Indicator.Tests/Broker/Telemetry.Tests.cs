using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Wuwei.Testing;

namespace Wuwei.Indicator.Tests.Broker;

/// <summary>What operators see of a service: its logs, metrics and traces leave it when an address for them is named.</summary>
public sealed class TelemetryTests(ConnectedIndicator service) : IClassFixture<ConnectedIndicator>
{
    [Fact]
    public async Task Given_an_address_for_telemetry_When_a_service_works_Then_all_three_signals_arrive_there()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await CollectAsync(received);
        await using (var watched = service.WithWebHostBuilder(host => host
            .UseSetting("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single()).UseSetting("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")))
        {
            using var client = watched.CreateClient();
            client.DefaultRequestHeaders.Authorization = new("Bearer", TestTokens.Issue(TestCaller.Operator, service.Audience));
            Assert.Equal(1, (int)(await client.GetJsonAsync("ledger"))["epoch"]!);
            watched.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Wuwei.Tests")
                .Log(LogLevel.Warning, default, "something to see", null, (text, _) => text);

            // Each would be sent within a minute, and at the stop for as long as five seconds; a busy machine may need more.
            const int limit = 60_000;
            Assert.True(watched.Services.GetRequiredService<TracerProvider>().ForceFlush(limit));
            Assert.True(watched.Services.GetRequiredService<MeterProvider>().ForceFlush(limit));
            Assert.True(watched.Services.GetRequiredService<LoggerProvider>().ForceFlush(limit));
        }

        Assert.All(
            ["GET /ledger", "Npgsql"],
            name => Assert.Contains(name, received.GetValueOrDefault("traces", ""), StringComparison.Ordinal));
        Assert.All(
            ["http.server.request.duration", "dotnet.gc", "db.client", "wuwei.outbox.waiting", "wuwei.outbox.oldest_age"],
            name => Assert.Contains(name, received.GetValueOrDefault("metrics", ""), StringComparison.Ordinal));
        Assert.Contains("something to see", received.GetValueOrDefault("logs", ""), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> CollectAsync(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var collector = builder.Build();
        collector.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.AddOrUpdate(signal, _ => Text(), (_, before) => before + Text());
            return Results.Bytes([], "application/x-protobuf");
            string Text() => Encoding.Latin1.GetString(body.ToArray());
        });
        await collector.StartAsync();
        return collector;
    }
}
