using System.Buffers;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Aspire.Hosting.Testing;
using Wuwei.Platform.Tests.Running;

namespace Wuwei.Platform.Tests;

/// <summary>A national ID number that was sent in is found nowhere as it was sent.</summary>
[Collection(PlatformCollection.Name)]
public sealed class PersonalNumbers(RunningPlatform platform)
{
    private static readonly string[] s_databases = ["identity", "indicator", "training", "loans", "labour-transfer", "assessment"];

    [Fact]
    public async Task Given_numbers_sent_in_every_way_When_everything_kept_is_searched_Then_none_is_found()
    {
        var county = await platform.ClientAsync("labour-transfer-620621");
        var sent = Enumerable.Range(0, 12).Select(_ => Departures.NewNationalId()).ToArray();
        var unknown = sent[0][..17] + (sent[0][17] == '0' ? '1' : '0');
        foreach (var (number, i) in sent.Select((number, i) => (number, i)))
        {
            // Accepted, refused by a rule, refused by shape: each leaves other traces.
            await county.PutAsync($"/api/labour-transfer/v1/departures/{Guid.CreateVersion7()}", Departures.Body(number));
            await county.PutAsync($"/api/labour-transfer/v1/departures/{Guid.CreateVersion7()}", Departures.Body(number, departedOn: "2025-03-04"));
            await county.PutAsync($"/api/labour-transfer/v1/departures/{Guid.CreateVersion7()}", Departures.Body(i == 0 ? unknown : number, region: "999999"));

            // Where a number does not belong: a remark, and the address itself.
            var misplaced = new Dictionary<string, object?>(Departures.Body(Departures.NewNationalId())) { ["employer"] = $"联系人{number}" };
            await county.PutAsync($"/api/labour-transfer/v1/departures/{Guid.CreateVersion7()}", misplaced);
            await county.GetAsync(new Uri($"/api/labour-transfer/v1/departures/{number}", UriKind.Relative));
            await county.GetAsync(new Uri($"/api/labour-transfer/v1/departures?idCard={number}", UriKind.Relative));
        }

        // While the facts are on their way they lie in a queue: look at the broker with nobody reading.
        await platform.KillAsync("indicator");
        await county.PutAsync($"/api/labour-transfer/v1/departures/{Guid.CreateVersion7()}", Departures.Body(Departures.NewNationalId()));
        var needles = SearchValues.Create([.. sent, unknown], StringComparison.OrdinalIgnoreCase);

        foreach (var database in s_databases)
        {
            Absent(await DumpAsync(database), needles, $"dump of {database}");
        }

        Absent(await QueuedAsync(), needles, "queues");
        foreach (var log in Directory.GetFiles(Path.Combine(platform.DataPath, "logs")))
        {
            Absent(await File.ReadAllTextAsync(log), needles, log);
        }

        Assert.NotEmpty(platform.Telemetry.Received);
        foreach (var telemetry in platform.Telemetry.Received)
        {
            Absent(Encoding.Latin1.GetString(telemetry), needles, "telemetry");
        }
    }

    private static void Absent(string text, SearchValues<string> needles, string where) =>
        Assert.True(text.AsSpan().IndexOfAny(needles) is var at && at < 0, $"{(at < 0 ? "" : text.Substring(at, 18))} was found in {where}");

    private async Task<string> DumpAsync(string database)
    {
        var connection = new Npgsql.NpgsqlConnectionStringBuilder((await platform.App.GetConnectionStringAsync($"{database}-db"))!);
        var start = new ProcessStartInfo("/usr/lib/postgresql/15/bin/pg_dump", ["-h", connection.Host!, "-p", $"{connection.Port}", "-U", connection.Username!, connection.Database!])
        {
            RedirectStandardOutput = true,
            Environment = { ["PGPASSWORD"] = connection.Password },
        };
        using var dump = Process.Start(start)!;
        var text = await dump.StandardOutput.ReadToEndAsync();
        await dump.WaitForExitAsync();
        Assert.Equal(0, dump.ExitCode);
        Assert.Contains("CREATE TABLE", text, StringComparison.Ordinal);
        return text;
    }

    private async Task<string> QueuedAsync()
    {
        var broker = new Uri((await platform.App.GetConnectionStringAsync("rabbitmq"))!);
        using var http = new HttpClient { BaseAddress = platform.App.GetEndpoint("rabbitmq", "management") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(broker.UserInfo))));
        var text = new StringBuilder();
        foreach (var queue in (await http.ReadAsync("api/queues")).AsArray())
        {
            using var answer = await http.PostAsJsonAsync(
                new Uri($"api/queues/%2F/{queue!["name"]}/get", UriKind.Relative),
                new { count = 100, ackmode = "ack_requeue_true", encoding = "auto" });
            text.Append(await answer.Content.ReadAsStringAsync());
        }

        return text.ToString();
    }
}
