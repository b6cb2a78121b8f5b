using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Wuwei.ServiceDefaults.Personal;

/// <summary>Whoever logs, traces or serialises a personal value by accident gives away its mask.</summary>
public sealed class TelemetryTests
{
    private static readonly Func<ILogger, object, IDisposable?> s_scope = LoggerMessage.DefineScope<object>("of {Person}");
    private static readonly Action<ILogger, object, Exception?> s_look = LoggerMessage.Define<object>(LogLevel.Warning, new(1), "Looked at {Person}");

    private static readonly (object Value, string Text, string Mask)[] s_values =
    [
        (NationalId.OfStored("622301198603151016"), "622301198603151016", "6223**********1016"),
        (PersonName.OfStored("张小测"), "张小测", "张**"),
        (Phone.OfStored("13893512345"), "13893512345", "138****2345"),
        (BankCard.OfStored("6222020200112230008"), "6222020200112230008", "**** 0008"),
    ];

    [Fact]
    public void Given_a_value_When_printed_or_serialised_Then_it_is_masked() => Assert.All(s_values, value =>
    {
        Assert.Equal(value.Mask, value.Value.ToString());
        Assert.Equal(value.Mask, $"{value.Value}");
        Assert.Equal($$"""{"value":"{{value.Mask}}"}""", JsonSerializer.Serialize(new { value = value.Value }, Json.Options));
        Assert.Equal(value.Mask, JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(value.Value)));
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize("\"x\"", value.Value.GetType()));
    });

    [Fact]
    public async Task Given_a_collector_When_a_value_is_a_tag_a_log_s_argument_or_a_scope_Then_it_gets_the_mask()
    {
        var received = new ConcurrentQueue<string>();
        await using var collector = await StartAsync(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            received.Enqueue($"{http.Request.Path} {Encoding.UTF8.GetString(body.ToArray())}");
        });

        var builder = WebApplication.CreateBuilder([$"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Urls.First()}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "--urls=http://127.0.0.1:0"]);
        builder.AddServiceDefaults();
        using var source = new ActivitySource("Wuwei.Tests.Personal");
        await using (var service = builder.Build())
        {
            await service.StartAsync();
            var logger = service.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Wuwei.Tests.Personal");
            foreach (var (value, _, _) in s_values)
            {
                using var activity = source.StartActivity("look")!;
                activity.SetTag("person", value);
                activity.SetTag("persons", new[] { value });
                activity.AddEvent(new("seen", tags: new() { ["person"] = value }));
                using (s_scope(logger, value))
                {
                    s_look(logger, value, null);
                }
            }

            await service.StopAsync();
        }

        foreach (var signal in new[] { "/v1/traces", "/v1/logs" })
        {
            var sent = string.Concat(received.Where(body => body.StartsWith(signal, StringComparison.Ordinal)));
            Assert.All(s_values, value =>
            {
                Assert.Contains(value.Mask, sent, StringComparison.Ordinal);
                Assert.DoesNotContain(value.Text, sent, StringComparison.Ordinal);
            });
        }
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate collect)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(collect);
        await app.StartAsync();
        return app;
    }
}
