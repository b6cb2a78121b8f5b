using Wuwei.Demonstration.Reconciliations;
using Wuwei.Platform.Tests.Running;

namespace Wuwei.Platform.Tests;

/// <summary>At rest the ledger equals the registers: every record of every register, whatever the other tests did to the platform.</summary>
[Collection(PlatformCollection.Name)]
public sealed class ReconciliationTests(RunningPlatform platform)
{
    [Fact]
    public async Task Given_quiet_queues_When_registers_and_ledger_are_compared_Then_only_what_was_changed_by_hand_differs_and_is_named()
    {
        // A row lost in the ledger, and one changed behind the register's back.
        const string lost = "(select record_id from fact_head where source = 'training' order by record_id limit 1)";
        var record = (await platform.QueryAsync("indicator", $"update fact_head set source = 'indicator' where record_id = {lost} returning record_id"))[0];
        var changed = (await platform.QueryAsync("labour-transfer", """
            update departure set region = '620602' where departure_id = (select departure_id from departure where region like '620623%' order by departure_id limit 1)
            returning departure_id::text || ' ' || (select region from departure old where old.departure_id = departure.departure_id)
            """))[0]!.Split(' ');
        try
        {
            Reconciled? found = null;
            await RunningPlatform.UntilAsync(
                async () => (found = await ReconcileAsync()).Drifts.Count == 2, "the ledger equals the registers but for two records", seconds: 180);
            Assert.Equal(["labour-transfer", "loans", "training"], found!.Facts.Keys.Order());
            Assert.True(found.Facts["labour-transfer"] > 9_700 && found.Facts["training"] > 500 && found.Facts["loans"] > 100, $"{found}");
            Assert.Equal(record, found.Drifts.Single(drift => drift.Source == "training" && drift.Ledger is null).Register!.RecordId);
            var moved = found.Drifts.Single(drift => drift.Source == "labour-transfer");
            Assert.Equal(($"departures/{changed[0]}", "620602", changed[1]), (moved.Register!.RecordId, moved.Register.Region, moved.Ledger!.Region));
        }
        finally
        {
            await platform.QueryAsync("indicator", $"update fact_head set source = 'training' where record_id = '{record}'");
            await platform.QueryAsync("labour-transfer", $"update departure set region = '{changed[1]}' where departure_id = '{changed[0]}'");
        }
    }

    private Task<Reconciled> ReconcileAsync() => new Reconciliation(platform.Gateway).RunAsync(TimeSpan.FromSeconds(2), default);
}
