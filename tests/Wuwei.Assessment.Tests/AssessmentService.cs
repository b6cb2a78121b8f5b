using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wuwei.Assessment.Observations;
using Wuwei.Assessment.Scores;
using Wuwei.Assessment.Targets;
using Wuwei.Contracts.Observations;
using Wuwei.Contracts.Targets;
using Wuwei.Testing;
using static Wuwei.Assessment.Tests.Given;

namespace Wuwei.Assessment.Tests;

/// <summary>The service on a database of its own; what it hears is handed to its handlers as the queue would.</summary>
public sealed class AssessmentService() : ServiceFactory<Program>("assessment")
{
    private static readonly string[] s_flows = ["1", "6", "7", "10", "11"];

    internal ScoreReader Reader => Services.GetRequiredService<ScoreReader>();

    internal Task ObserveAsync(params IReadOnlyList<Observation> observations) =>
        DeliverAsync<ObservationChanged, StoreObservations>([.. observations.Select(o => o.Message())]);

    internal Task AimAsync(params IReadOnlyList<Target> targets) =>
        DeliverAsync<TargetChanged, StoreTargets>([.. targets.Select(t => t.Message())]);

    /// <summary>A plan with every item known to a month: the worst county first by its code, the city their mean.</summary>
    internal async Task LoadPlanAsync(string last = "2025-06")
    {
        // A year's figures are known when it is over.
        var years = Month(last).Number == 12 ? 5 : 4;
        string[] regions = [Liangzhou, Minqin, Gulang, Tianzhu, City];
        List<Observation> observations = [];
        List<Target> targets = [];
        foreach (var (at, region) in regions.Index())
        {
            foreach (var flow in s_flows)
            {
                observations.AddRange(EveryMonth(flow, region, last, 70 + 7 * at));
                targets.AddRange(EveryYear(flow, region, 1200, season: flow == "6" ? FrontLoaded : Even));
            }

            observations.AddRange(EveryMonth("8", region, last, 20_000 + 100 * at));
            targets.AddRange(EveryYear("8", region, 25_000));
            observations.AddRange(EveryMonth("12", region, last, 97 + 0.5m * at));
            targets.AddRange(EveryYear("12", region, 99, ">"));
            observations.AddRange(Enumerable.Range(2021, years).Select(year => Observed("5", region, $"{year}", 88 + at)));
            targets.AddRange(EveryYear("5", region, 90));
        }

        observations.AddRange(EveryMonth("2", City, last, 6.0m));
        targets.AddRange(EveryYear("2", City, 6, "<"));
        foreach (var (indicator, value, target) in new[] { ("3", 49m, 50m), ("4", 44m, 45m), ("9", 11m, 11.1m) })
        {
            observations.AddRange(Enumerable.Range(2021, years).Select(year => Observed(indicator, City, $"{year}", value)));
            targets.AddRange(EveryYear(indicator, City, target));
        }

        await AimAsync(targets);
        await ObserveAsync(observations);
    }

    /// <summary>Forgets every observation, target and document.</summary>
    internal async Task ForgetAsync()
    {
        await using var command = Database.DataSource.CreateCommand(
            "truncate observation, observation_version, target_version, score_change, score_document, entry_version, inbox_message");
        await command.ExecuteNonQueryAsync();
    }

    internal async Task<long> CountAsync(string sql)
    {
        await using var command = Database.DataSource.CreateCommand($"select count(*) from {sql}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Pulls a document that must be there.</summary>
    internal async Task<JsonElement> PullAsync(string path, TestCaller? caller = null)
    {
        using var client = ClientFor(caller ?? TestCaller.AssessmentOffice);
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("Demonstration", "true");
        builder.UseSetting("Scores:LookAge", "0"); // a test that changes something asks for it at once
        builder.UseSetting("Publications:Keys:1:Secret", "the secret of the tests' publication key");
        builder.ConfigureTestServices(services =>
        {
            // Long runs go on when a test says so.
            foreach (var worker in services.Where(service => service.ServiceType == typeof(IHostedService) && !service.IsKeyedService
                && service.ImplementationFactory?.Method.Module == typeof(Program).Module).ToArray())
            {
                services.Remove(worker);
            }
        });
    }
}
