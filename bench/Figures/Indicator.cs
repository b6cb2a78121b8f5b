using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Wuwei.Bench.Floors;
using Wuwei.Bench.Load;
using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;

namespace Wuwei.Bench.Figures;

/// <summary>
/// The ledger's fold beside a raw upsert of the same rows; and what a pivot of five years and a total as of an instant cost at
/// one and at ten million facts.
/// </summary>
internal static class Indicator
{
    private const string Ours = "fold", Floor = "raw upsert";
    private const int MessagesEach = 100, FactsEach = 100;

    private const string Pivot = "pivot, 60 months × 12 indicators × 5 regions", AsOf = "plan to date, as of a second ago";

    private static readonly (string Name, string Path)[] s_pulls =
    [
        (Pivot, "/observations/pivot?indicator=1,2,3,4,5,6,7,8,9,10,11,12&region=620600,620602,620621,620622,620623&from=2021-01&to=2025-12&by=month"),
        (AsOf, "/observations/10/620600/2025-12?total=plan-to-date&asOf={now}"),
    ];

    public static async Task RunAsync(Platform platform, Settings settings, Report report)
    {
        Console.Error.WriteLine("indicator, fold");
        var folds = await FoldsAsync(platform, settings);
        await using var ledger = platform.OpenDatabase("indicator");
        long[] sizes = [settings.Scaled(1_000_000), settings.Scaled(10_000_000)];
        var found = new List<IReadOnlyDictionary<string, Sample>>();
        foreach (var size in sizes)
        {
            Console.Error.WriteLine($"indicator, {size:N0} facts");
            await Filling.FillAsync(ledger, size);
            if (found.Count == 0)
            {
                await ReportAsync(platform);
            }

            found.Add(await PullsAsync(platform, settings));
        }

        var token = await platform.TokenAsync("assessment-office");
        await new QueryPlans(platform).KeepAsync(ledger, Path.Combine(platform.Root, settings.Quick ? "artifacts" : "docs/evidence", $"plans-indicator-{sizes[1] / 1_000}k.txt"), async () =>
        {
            foreach (var (_, path) in s_pulls)
            {
                await Growth.PullAsync(platform.AddressOf("indicator"), token, path);
            }
        });

        var (small, large) = (found[0], found[1]);
        report.Write("indicator", Report.Table(
                [$"{MessagesEach * FactsEach:N0} facts a transaction", "facts/s", "ratio"],
                [
                    [Floor, Report.Number(folds[Floor].Rate), "1"],
                    [Ours, Report.Number(folds[Ours].Rate), Report.Number(folds[Ours].Rate / folds[Floor].Rate)],
                ])
            + "\n" + Report.Table(
                ["one client, ms", $"p50, {sizes[0]:N0} facts", "p99", $"p50, {sizes[1]:N0} facts", "p99", "p99 × as much"],
                s_pulls.Select(pull => (IReadOnlyList<string>)
                [
                    pull.Name, Report.Number(small[pull.Name].P50), Report.Number(small[pull.Name].P99), Report.Number(large[pull.Name].P50), Report.Number(large[pull.Name].P99),
                    Report.Number(large[pull.Name].P99 / small[pull.Name].P99),
                ]))
            + "\n"
            + Report.Aim("fold ÷ raw upsert of the same rows", folds[Ours].Rate / folds[Floor].Rate, 0.5)
            + Report.Aim("p99 of the pivot, × as much at ten times the facts", large[Pivot].P99 / small[Pivot].P99, 1.3, atLeast: false)
            + Report.Aim($"p99 of the pivot at {sizes[1]:N0} facts, ms", large[Pivot].P99, 25, atLeast: false)
            + "- DHIS2 expects a median of about 1,050 ms of an aggregate query (its `dhis-test-performance`, release 42 on PostgreSQL): over a national database, "
            + "on another machine, through its whole stack. Ours is one client on the machine that it loads; the two stand beside one another, not against.\n");
    }

    // In this process and databases of their own: what carries the facts here is `pipeline`'s figure.
    private static async Task<IReadOnlyDictionary<string, Sample>> FoldsAsync(Platform platform, Settings settings)
    {
        await using var folded = NpgsqlDataSource.Create(await Databases.CreateAsync(platform, "bench_fold", typeof(Fold).Assembly));
        await using var plain = NpgsqlDataSource.Create(await Databases.CreateAsync(platform, "bench_upsert", typeof(Fold).Assembly));
        await using var metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var database = new Database(folded, new OutboxSignal());
        var fold = new Fold(new(database), new(new IndicatorCatalogue(database)), new(metrics.GetRequiredService<IMeterFactory>()), NullLogger<Fold>.Instance);
        var cpu = platform.Watch("postgres");
        var batches = settings.Scaled(50);
        await Folded(2); // warms up
        await Raw(2);
        return await Rounds.RunAsync(settings.Rounds, new(Floor, () => Raw(batches)), new(Ours, () => Folded(batches)));

        Task<Sample> Folded(int count) => TimeAsync(count, cpu, async messages =>
        {
            await using var work = await database.BeginAsync(Scope.System("bench"), CancellationToken.None);
            await fold.RunAsync(messages, work, CancellationToken.None);
            await work.CommitAsync();
        });

        Task<Sample> Raw(int count) => TimeAsync(count, cpu, messages => UpsertAsync(plain, [.. messages.SelectMany(message => message.Facts)]));
    }

    private static async Task<Sample> TimeAsync(int count, CpuClock cpu, Func<IReadOnlyList<FactsRecorded>, Task> store)
    {
        FactsRecorded[][] batches = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, MessagesEach).Select(_ => Pipeline.Made(FactsEach)).ToArray())];
        var used = cpu.Read();
        var started = Stopwatch.GetTimestamp();
        foreach (var batch in batches)
        {
            await store(batch);
        }

        return Sample.Of((long)count * MessagesEach * FactsEach, Stopwatch.GetElapsedTime(started), CpuClock.Between(used, cpu.Read()));
    }

    // The rows that a fold of new facts writes, and nothing else: no look at what is known, no totals, no messages.
    private static async Task UpsertAsync(NpgsqlDataSource plain, IReadOnlyList<Fact> facts)
    {
        await using var connection = await plain.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(UpsertSql, connection, transaction)
        {
            Parameters =
            {
                new NpgsqlParameter("records", facts.Select(fact => fact.RecordId).ToArray()), new NpgsqlParameter("measures", facts.Select(fact => fact.Measure).ToArray()),
                new NpgsqlParameter("revisions", facts.Select(fact => fact.Revision).ToArray()), new NpgsqlParameter("regions", facts.Select(fact => fact.Region).ToArray()),
                new NpgsqlParameter("dates", facts.Select(fact => fact.EventDate).ToArray()), new NpgsqlParameter("persons", facts.Select(fact => fact.PersonKey).ToArray()),
                new NpgsqlParameter("quantities", facts.Select(fact => fact.Quantity).ToArray()), new NpgsqlParameter("positions", facts.Select(_ => Interlocked.Increment(ref s_position)).ToArray()),
            },
        };
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    private static readonly string[] s_counties = ["620602", "620621", "620622", "620623"], s_reported = ["1", "7", "8"];

    private static long s_position;

    private const string UpsertSql = """
        with given as (
            select * from unnest(@records, @measures, @revisions, @regions, @dates, @persons, @quantities, @positions)
                as k (record_id, measure, revision, region, event_date, person_key, quantity, position)),
        kept as (
            insert into fact_history (source, record_id, measure, revision, region, event_date, person_key, quantity, position, known_at)
            select 'training', record_id, measure, revision, region, event_date, person_key, quantity, position, now() from given)
        insert into fact_head (source, record_id, measure, revision, region, event_date, person_key, quantity, counted, position, known_at)
        select 'training', record_id, measure, revision, region, event_date, person_key, quantity, true, position, now() from given
        on conflict (record_id, measure, source) do update set revision = excluded.revision, region = excluded.region, event_date = excluded.event_date,
            person_key = excluded.person_key, quantity = excluded.quantity, position = excluded.position, known_at = excluded.known_at
        """;

    // What registers do not make is reported: five years of it, locked.
    private static async Task ReportAsync(Platform platform)
    {
        using var http = new HttpClient { BaseAddress = platform.AddressOf("indicator") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await platform.TokenAsync("indicator-620600"));
        var months = Enumerable.Range(0, 60).Select(i => new DateOnly(2021, 1, 1).AddMonths(i)).Where(month => month <= DateOnly.FromDateTime(DateTime.UtcNow)).ToArray();
        object[] reports =
        [
            .. from month in months from county in s_counties from indicator in s_reported select new { indicator, region = county, period = $"{month:yyyy-MM}", value = 100 },
            .. from month in months from county in s_counties select new { indicator = "12", region = county, period = $"{month:yyyy-MM}", numerator = 99, denominator = 100 },
            .. from month in months select new { indicator = "2", region = "620600", period = $"{month:yyyy-MM}", value = 5.4 },
        ];
        foreach (var batch in reports.Chunk(500))
        {
            using var answer = await http.PostAsJsonAsync(new Uri("/reports/batch", UriKind.Relative), new { @lock = true, reports = batch });
            if (!(await answer.Content.ReadAsStringAsync()).Contains("\"refused\":0", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"Reports were refused: {(int)answer.StatusCode}.");
            }
        }
    }

    private static async Task<IReadOnlyDictionary<string, Sample>> PullsAsync(Platform platform, Settings settings)
    {
        var (service, token, cpu) = (platform.AddressOf("indicator"), await platform.TokenAsync("assessment-office"), platform.Watch("indicator", "postgres"));
        return await Rounds.RunAsync(settings.Rounds, [.. s_pulls.Select(pull => new Contender(pull.Name, () => ClosedLoop.RunAsync(
            service, 1, settings.WarmUp, settings.Time, () => Growth.Request(pull.Path, token), 200, cpu)))]);
    }
}
