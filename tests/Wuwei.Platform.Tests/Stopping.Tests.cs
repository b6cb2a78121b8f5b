using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Wuwei.Platform.Tests.Running;

namespace Wuwei.Platform.Tests;

/// <summary>A process is asked to end (an update, a move) while departments work: nobody is cut off, nothing is lost.</summary>
[Collection(PlatformCollection.Name)]
public sealed class Stopping(RunningPlatform platform)
{
    [Fact]
    public async Task Given_another_replica_When_one_is_asked_to_end_under_load_Then_no_request_fails_and_every_fact_arrives()
    {
        var county = await platform.ClientAsync("loans-620621");

        var answers = await RecordAroundAsync("loans", id => county.PutAsync($"/api/loans/v1/loans/{id}", Loan(id)));

        Assert.Equal([], answers.Values.Where(answer => !answer.IsSuccess).Select(answer => answer.ToString()));
        await ArriveAsync("loans", answers, factsEach: 2);
    }

    [Fact]
    public async Task Given_no_other_replica_When_a_service_is_asked_to_end_under_load_Then_a_refusal_says_to_come_again_and_every_fact_arrives()
    {
        var county = await platform.ClientAsync("labour-transfer-620621");

        var answers = await RecordAroundAsync(
            "labour-transfer", id => county.PutAsync($"/api/labour-transfer/v1/departures/{id}", Departures.Body(Departures.NewNationalId())));

        // 502 and 503 with a problem that says when to try again: to send the same once more is right, and safe.
        Assert.Equal([], answers.Values.Where(answer => !answer.IsSuccess && !answer.IsTemporary).Select(answer => answer.ToString()));
        await ArriveAsync("departures", answers, factsEach: 1);
    }

    /// <summary>Four at a time record what they can; after a while the service is asked to end; they go on until it is back.</summary>
    private async Task<ConcurrentDictionary<Guid, Answer>> RecordAroundAsync(string service, Func<Guid, Task<HttpResponseMessage>> record)
    {
        var answers = new ConcurrentDictionary<Guid, Answer>();
        using var enough = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                var id = Guid.CreateVersion7();
                using var answer = await record(id);
                answers[id] = new(answer.StatusCode, answer.Headers.RetryAfter is not null, await answer.Content.ReadAsStringAsync());
                // Within what the gateway allows one caller; who is refused waits longer.
                await Task.Delay(answer.IsSuccessStatusCode ? 50 : 250);
            }
        })).ToList();
        await RunningPlatform.UntilAsync(() => Task.FromResult(answers.Count > 40), "the service answers");

        await platform.EndAsync(service);
        var before = answers.Count(answer => answer.Value.IsSuccess);
        await RunningPlatform.UntilAsync(
            () => Task.FromResult(platform.Resource(service)["Health"]?.GetValue<string>() == "Healthy" && answers.Count(answer => answer.Value.IsSuccess) > before + 20),
            "the service is back");

        await enough.CancelAsync();
        await Task.WhenAll(clients);
        return answers;
    }

    /// <summary>What was answered with success is in the ledger, once; what was not may be, once.</summary>
    private async Task ArriveAsync(string kind, ConcurrentDictionary<Guid, Answer> answers, int factsEach)
    {
        var accepted = string.Join(',', answers.Where(answer => answer.Value.IsSuccess).Select(answer => $"'{kind}/{answer.Key}'"));
        var all = string.Join(',', answers.Keys.Select(id => $"'{kind}/{id}'"));
        var expected = factsEach * answers.Count(answer => answer.Value.IsSuccess);
        await RunningPlatform.UntilAsync(
            async () => await CountAsync($"select count(*) from fact_head where record_id in ({accepted})") == expected, $"{expected} facts in the ledger", seconds: 120);
        Assert.Equal(
            await CountAsync($"select count(*) from fact_head where record_id in ({all})"),
            await CountAsync($"select count(*) from fact_history where record_id in ({all})"));
    }

    private async Task<int> CountAsync(string sql) =>
        int.Parse((await platform.QueryAsync("indicator", sql))[0]!, CultureInfo.InvariantCulture);

    private static Dictionary<string, object?> Loan(Guid id) => new()
    {
        ["person"] = new { nationalId = Departures.NewNationalId(), name = "测试人" },
        ["region"] = "620621",
        ["borrowerKind"] = "person",
        ["borrowerClass"] = "graduate",
        ["bank"] = "测试银行",
        ["contractNumber"] = $"T-{id}",
        ["amount"] = 50_000,
        ["annualRate"] = 3.1,
        ["contractedOn"] = "2025-03-03",
        ["disbursedOn"] = "2025-03-04",
        ["termMonths"] = 24,
        ["jobsCreated"] = 1,
        ["synthetic"] = true,
    };

    private sealed record Answer(HttpStatusCode Status, bool SaysWhen, string Body)
    {
        public bool IsSuccess => (int)Status is >= 200 and < 300;

        public bool IsTemporary => Status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            && SaysWhen && Body.Contains("\"code\"", StringComparison.Ordinal);
    }
}
