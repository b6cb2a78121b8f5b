using CsCheck;
using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Tests.Ledger;

namespace Wuwei.Indicator.Tests.Broker;

/// <summary>The ledger's laws once more, with everything between a register and the totals.</summary>
public sealed class LedgerThroughBroker(ConnectedIndicator service) : IClassFixture<ConnectedIndicator>
{
    // Thirty histories at a time: the same persons in all of them, each with records of its own.
    private static readonly Gen<FactsRecorded[]> s_messages =
        from histories in LedgerHistories.Arrivals.Array[30, 30]
        let messages = histories.SelectMany((batches, n) => batches.SelectMany(batch => batch.GroupBy(said => said.Source)
            .Select(same => new FactsRecorded(same.Key, [.. same.Select(said => said.Fact with { RecordId = $"{n}/{said.Fact.RecordId}" })])))).ToArray()
        from shuffled in Gen.Shuffle(messages)
        select shuffled;

    [Fact]
    public Task Given_any_histories_When_sent_and_sent_again_Then_totals_are_those_of_the_winners_and_the_second_time_changes_nothing() =>
        s_messages.SampleAsync(async messages =>
        {
            await service.QuietAsync();
            await service.ExecuteAsync("""
                delete from fact_head; delete from fact_history; delete from measure_total; delete from measure_total_version; delete from county_total; delete from county_total_version;
                delete from outbox_message; delete from inbox_message
                """);
            var before = await PositionAsync();
            await Task.WhenAll(messages.Chunk((messages.Length + 3) / 4).Select(service.SendAsync)); // four registers at once
            await service.QuietAsync();
            var truth = PlainLedger.Totals(messages.SelectMany(message => message.Facts, (message, fact) => new Said(message.Source, fact)));
            Assert.Equal(Written(truth), await WrittenAsync());
            var facts = messages.SelectMany(message => message.Facts, (message, fact) => (message.Source, fact.RecordId, fact.Measure, fact.Revision)).Distinct().Count();
            Assert.Equal(before + facts, await PositionAsync());

            // A relay that died before it could mark anything sends all of it again, with the same ids; a register, with others.
            await service.ExecuteAsync("update outbox_message set sent_at = null");
            await service.SendAsync(messages.Take(20));
            await service.QuietAsync();
            Assert.Equal(Written(truth), await WrittenAsync());
            Assert.Equal(before + facts, await PositionAsync());
            Assert.Equal(0L, await service.ScalarAsync<long>("select count(*) from parked_fact"));
        }, iter: 2, threads: 1);

    private Task<long> PositionAsync() => service.ScalarAsync<long>("select position from ledger");

    private static string Written(Dictionary<(string Measure, string Region, DateOnly Month), (decimal Quantity, long Facts)> totals) =>
        string.Join('\n', totals.Select(cell => $"{cell.Key.Measure} {cell.Key.Region} {cell.Key.Month:yyyy-MM} {cell.Value.Quantity:0} {cell.Value.Facts}").Order(StringComparer.Ordinal));

    private Task<string> WrittenAsync() => service.ScalarAsync<string>("""
        select coalesce(string_agg(cell, E'\n' order by cell collate "C"), '')
        from (select concat_ws(' ', measure, region, to_char(month, 'YYYY-MM'), quantity::bigint, facts) as cell from measure_total where facts > 0) as written
        """);
}
