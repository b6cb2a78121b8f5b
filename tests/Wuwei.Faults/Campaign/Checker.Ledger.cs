namespace Wuwei.Faults.Campaign;

// I1, I2, I3, I6: facts are those of the registers.
internal sealed partial class Checker
{
    private async Task CheckLedgerAsync(Dictionary<string, Dictionary<Guid, History>> records)
    {
        var (doubled, phantom, wrong, lost) = (new List<string>(), new List<string>(), new List<string>(), new List<string>());
        await foreach (var row in cluster.RowsAsync("indicator",
            "select source, record_id, measure, revision, region, event_date, quantity from fact_history where source in ('training', 'loans', 'labour-transfer')"))
        {
            var kind = RegisterKind.Of(row.GetString(0));
            var (record, measure, revision) = (row.GetString(1), Array.IndexOf(kind.Measures, row.GetString(2)), row.GetInt32(3));
            var what = $"{record} {row.GetString(2)} at revision {revision}";
            if (!records[kind.Service].TryGetValue(Guid.Parse(record.AsSpan(kind.RecordPrefix.Length)), out var history) || revision > history.Stored)
            {
                phantom.Add($"{what} is in the ledger and not in the register");
                continue;
            }

            var bit = 1UL << (revision - 1) * kind.Measures.Length + measure;
            if ((history.Seen & bit) != 0)
            {
                doubled.Add($"{what} is in the ledger twice");
            }

            history.Seen |= bit;
            var expected = history.At(revision);
            decimal? quantity = row.IsDBNull(6) ? null : row.GetDecimal(6);
            if (row.GetString(4) != expected.Region || Day(row, 5) != expected.Day || quantity != expected.Quantities(kind)[measure])
            {
                wrong.Add($"{what} is not what the register says");
            }
        }

        foreach (var kind in RegisterKind.All)
        {
            lost.AddRange(records[kind.Service].Where(record => record.Value.Seen != (1UL << record.Value.Stored * kind.Measures.Length) - 1)
                .Select(record => $"{kind.RecordPrefix}{record.Key}: the ledger lacks one of {record.Value.Stored} revisions"));
        }

        Report("I1", lost);
        Report("I2", doubled);
        Report("I3", phantom);
        Report("I6", wrong);
        var parked = await cluster.AskAsync<long>("indicator", "select count(*) from parked_fact");
        Report("I6", parked == 0 ? [] : [$"{parked} facts were set aside"]);
        var notHighest = await cluster.AskAsync<long>("indicator", """
            select count(*) from fact_head head
            join (select source, record_id, measure, max(revision) as highest from fact_history group by 1, 2, 3) history
                using (source, record_id, measure)
            where revision <> highest
            """);
        Report("I6", notHighest == 0 ? [] : [$"{notHighest} winners are not the highest revision"]);
    }
}
