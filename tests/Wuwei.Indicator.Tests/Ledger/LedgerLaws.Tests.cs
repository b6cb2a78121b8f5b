using CsCheck;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.Contracts.Facts;
using Wuwei.Contracts.Observations;
using Wuwei.Indicator.Catalogue;
using Wuwei.Indicator.Ledger;
using Wuwei.Indicator.Observations;
using Wuwei.Outbox;

namespace Wuwei.Indicator.Tests.Ledger;

/// <summary>
/// The ledger's laws over random histories, through the real fold on a real PostgreSQL, against a plain recomputation.
/// Every history has the ledger to itself: the tables are emptied between them, only positions go on.
/// </summary>
public sealed class LedgerLaws(IndicatorService service) : IClassFixture<IndicatorService>
{
    private static readonly string[] Regions = ["620600", "620602", "620621", "620622", "620623"];
    private static readonly string[] Months = [.. Enumerable.Range(1, 4).SelectMany(month => new[] { $"2024-{month:00}", $"2025-{month:00}" })];
    private static readonly (string Code, string[] Measures)[] Derived =
    [
        ("6", [Measures.LabourTransferPersons]), ("10", [Measures.TrainingPersonTimes]), ("11", [Measures.LoanBorrowers, Measures.LoanJobs]),
    ];

    [Fact]
    public Task Given_any_order_and_batches_with_repetitions_When_folded_Then_totals_are_those_of_the_winners() =>
        LedgerHistories.Arrivals.SampleAsync(async batches =>
        {
            await EmptyAsync();
            foreach (var batch in batches)
            {
                await FoldAsync(batch);
            }

            Assert.Equal(Sorted(PlainLedger.Totals(batches.SelectMany(batch => batch))), Sorted(await TotalsAsync()));
        }, iter: 250, threads: 1);

    [Fact]
    public Task Given_any_history_When_asked_as_of_every_instant_Then_it_is_the_fold_of_what_had_arrived() =>
        LedgerHistories.Arrivals.SampleAsync(async batches =>
        {
            await EmptyAsync();
            var instants = new List<DateTimeOffset> { await NowAsync() };
            foreach (var batch in batches)
            {
                await FoldAsync(batch);
                instants.Add(await NowAsync());
            }

            var catalogue = service.Services.GetRequiredService<IndicatorCatalogue>();
            var db = service.Services.GetRequiredService<Database>();
            for (var n = 0; n < instants.Count; n++)
            {
                var truth = PlainLedger.Totals(batches.Take(n).SelectMany(batch => batch));
                var knowledge = await KnowledgeAsync(db, instants[n]);
                var seen = new Dictionary<(string, string, DateOnly), (decimal, long)>();
                var counties = new List<Cell>();
                foreach (var indicator in (await catalogue.AllPrintedAsync(default)).Where(indicator => indicator.Code is "6" or "10" or "11"))
                {
                    foreach (var cell in await db.TotalsAsync(Scope.System("test"), indicator, "620600", new(new(2024, 1, 1), new(2025, 12, 1)), 9, knowledge, default))
                    {
                        seen.Add((cell.Measure, cell.Region, cell.Month), (cell.Quantity, cell.Facts));
                    }

                    counties.AddRange(await db.TotalsAsync(Scope.System("test"), indicator, "620600", new(new(2024, 1, 1), new(2025, 12, 1)), 6, knowledge, default));
                }

                Assert.Equal(Sorted(truth), Sorted(seen));
                // A county's total is the sum of its regions', then as now.
                Assert.Equal(
                    Sorted(seen.GroupBy(cell => (cell.Key.Item1, cell.Key.Item2[..6], cell.Key.Item3)).ToDictionary(same => same.Key, same => (same.Sum(cell => cell.Value.Item1), same.Sum(cell => cell.Value.Item2)))),
                    Sorted(counties.ToDictionary(cell => (cell.Measure, cell.Region, cell.Month), cell => (cell.Quantity, cell.Facts))));
            }
        }, iter: 60, threads: 1);

    [Fact]
    public Task Given_any_history_from_before_county_totals_When_they_are_made_of_it_Then_they_are_as_each_fold_would_have_left_them() =>
        LedgerHistories.Arrivals.SampleAsync(async batches =>
        {
            await EmptyAsync();
            foreach (var batch in batches)
            {
                await FoldAsync(batch);
            }

            await using var resource = typeof(Fold).Assembly.GetManifestResourceStream(typeof(Fold).Assembly.GetManifestResourceNames().Single(name => name.EndsWith("0024_county_totals.sql", StringComparison.Ordinal)))!;
            using var migration = new StreamReader(resource);
            var text = await migration.ReadToEndAsync();
            await using var connection = await service.Database.DataSource.OpenConnectionAsync();
            var (now, versions) = (await RowsAsync("county_total"), await RowsAsync("county_total_version"));
            await connection.ExecuteAsync($"delete from county_total; delete from county_total_version; {text[text.IndexOf("insert into county_total ", StringComparison.Ordinal)..]}");
            Assert.Equal(now, await RowsAsync("county_total"));
            Assert.Equal(versions, await RowsAsync("county_total_version"));

            async Task<string[]> RowsAsync(string table) => [.. await connection.QueryAsync<string>($"select t::text from {table} t order by measure, region, month, position")];
        }, iter: 20, threads: 1);

    [Fact]
    public Task Given_any_history_When_totals_are_opened_as_of_any_fold_Then_the_facts_are_the_ones_that_count() =>
        LedgerHistories.Arrivals.SampleAsync(async batches =>
        {
            await EmptyAsync();
            var instants = new List<DateTimeOffset>();
            foreach (var batch in batches)
            {
                await FoldAsync(batch);
                instants.Add(await NowAsync());
            }

            foreach (var n in new[] { (instants.Count + 1) / 2, instants.Count }.Distinct())
            {
                var asOf = n == instants.Count ? "" : $"&asOf={Uri.EscapeDataString(ServiceDefaults.Instants.Format(instants[n - 1]))}";
                var known = batches.Take(n).SelectMany(batch => batch);
                foreach (var (code, measures) in Derived)
                {
                    var page = await service.City.GetJsonAsync($"observations/{code}/620600/2025/facts?limit=200{asOf}");
                    var seen = page["items"]!.AsArray().Select(item => ((string)item!["recordId"]!, (string)item["measure"]!, (decimal)item["quantity"]!));
                    var truth = PlainLedger.Counted(known).Where(said => measures.Contains(said.Fact.Measure) && said.Fact.EventDate.Year == 2025)
                        .Select(said => (said.Fact.RecordId, said.Fact.Measure, said.Fact.Quantity!.Value)).ToArray();
                    Assert.Equal(truth.Order(), seen.Order());
                    Assert.Equal(truth is [] ? null : truth.Sum(fact => fact.Item3), page["observation"]!["value"].Decimal());
                    Assert.Equal(truth.Length, (long)page["observation"]!["facts"]!);
                }
            }
        }, iter: 40, threads: 1);

    [Fact]
    public Task Given_any_history_When_rebuilt_Then_nothing_differs_and_no_position_changes() =>
        LedgerHistories.Arrivals.SampleAsync(async batches =>
        {
            await EmptyAsync();
            foreach (var batch in batches)
            {
                await FoldAsync(batch);
            }

            var before = await service.City.GetJsonAsync("ledger");
            var rebuilt = await (await service.Operator.PostAsync("ledger/rebuild", new { raiseEpoch = false })).ShouldBeAsync(System.Net.HttpStatusCode.OK);
            Assert.Equal((0, 0, 0, 0), ((int)rebuilt["historyRighted"]!, (int)rebuilt["winnersRighted"]!, (int)rebuilt["countedRighted"]!, (int)rebuilt["totalsRighted"]!));
            Assert.Equal(before.ToJsonString(), (await service.City.GetJsonAsync("ledger")).ToJsonString());
        }, iter: 40, threads: 1);

    [Fact]
    public Task Given_any_history_When_only_the_changes_are_listened_to_Then_the_last_of_each_is_the_value() =>
        LedgerHistories.Arrivals.SampleAsync(async batches =>
        {
            await EmptyAsync();
            foreach (var batch in batches)
            {
                await FoldAsync(batch);
            }

            var messages = await service.MessagesAsync<ObservationChanged>();
            var heard = messages.GroupBy(said => (said.Indicator, said.Region, said.Period))
                .ToDictionary(same => same.Key, same => same.MaxBy(said => said.Revision)!.Value);
            Assert.All(messages.GroupBy(said => (said.Indicator, said.Region, said.Period, said.Revision)), same => Assert.Single(same));

            var counted = PlainLedger.Counted(batches.SelectMany(batch => batch)).ToArray();
            foreach (var region in Regions)
            {
                foreach (var (code, measures) in Derived)
                {
                    foreach (var month in Months)
                    {
                        var truth = counted.Where(said => measures.Contains(said.Fact.Measure) && ServiceDefaults.Period.MonthOf(said.Fact.EventDate).ToString() == month
                            && ServiceDefaults.Regions.RegionCode.Covers(region, said.Fact.Region)).ToArray();
                        Assert.Equal(truth is [] ? null : truth.Sum(said => said.Fact.Quantity), heard.GetValueOrDefault((code, region, month)));
                    }
                }
            }
        }, iter: 100, threads: 1);

    private Task FoldAsync(Said[] batch) => service.DeliverAsync<FactsRecorded, FoldFacts>(
        [.. batch.Select(said => new FactsRecorded(said.Source, [said.Fact]))]);

    private async Task<Dictionary<(string, string, DateOnly), (decimal, long)>> TotalsAsync()
    {
        await using var connection = await service.Database.DataSource.OpenConnectionAsync();
        return (await connection.QueryAsync<(string Measure, string Region, DateOnly Month, decimal Quantity, long Facts)>(
            "select measure, region, month, quantity, facts from measure_total")).ToDictionary(row => (row.Measure, row.Region, row.Month), row => (row.Quantity, row.Facts));
    }

    private async Task<DateTimeOffset> NowAsync()
    {
        await using var connection = await service.Database.DataSource.OpenConnectionAsync();
        return await connection.QuerySingleAsync<DateTimeOffset>("select clock_timestamp()");
    }

    private static async Task<long?> KnowledgeAsync(Database db, DateTimeOffset instant) =>
        (await LedgerClock.KnownAtAsync(db, ServiceDefaults.Instants.Format(instant), default)).IsRefused(out var refusal, out var knowledge)
            ? throw new InvalidOperationException(refusal.Code) : knowledge.Position;

    private async Task EmptyAsync()
    {
        await using var connection = await service.Database.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync("""
            delete from fact_head; delete from fact_history; delete from measure_total; delete from measure_total_version; delete from county_total; delete from county_total_version;
            delete from parked_fact; delete from outbox_message; delete from inbox_message
            """);
    }

    // What nothing is known of is no total, or one of no facts.
    private static IEnumerable<string> Sorted(Dictionary<(string Measure, string Region, DateOnly Month), (decimal Quantity, long Facts)> totals) =>
        totals.Where(cell => cell.Value.Facts > 0).Select(cell => $"{cell.Key.Measure} {cell.Key.Region} {cell.Key.Month:yyyy-MM} {cell.Value.Quantity:0.####} {cell.Value.Facts}").Order(StringComparer.Ordinal);
}
