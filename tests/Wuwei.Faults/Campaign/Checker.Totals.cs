using System.Text.Json.Nodes;

namespace Wuwei.Faults.Campaign;

// I5, I6: what is counted is the sum of the records, whoever counts.
internal sealed partial class Checker
{
    private async Task CheckTotalsAsync(Totals totals)
    {
        var (expected, wrong) = (totals.Cells(), new List<string>());
        await foreach (var row in cluster.RowsAsync("indicator", "select measure, region, month, quantity, facts from measure_total where measure not like 'indicator.%'"))
        {
            var cell = (row.GetString(0), row.GetString(1), Day(row, 2));
            var (quantity, facts) = expected.GetValueOrDefault(cell);
            expected.Remove(cell);
            if ((row.GetDecimal(3), row.GetInt64(4)) != (quantity, facts))
            {
                wrong.Add($"total {cell}: {row.GetDecimal(3)} of {row.GetInt64(4)} facts; the registers say {quantity} of {facts}");
            }
        }

        wrong.AddRange(expected.Select(cell => $"total {cell.Key} is missing: {cell.Value}"));
        Report("I5", wrong);
    }

    private async Task CheckObservationsAsync(Totals totals)
    {
        var (expected, wrong) = (totals.Observations(), new List<string>());
        await foreach (var row in cluster.RowsAsync("assessment", "select indicator, region, period, value from observation where indicator in ('6', '10', '11')"))
        {
            var key = (row.GetString(0), row.GetString(1), row.GetString(2));
            expected.Remove(key, out var value);
            if ((row.IsDBNull(3) ? null : row.GetDecimal(3)) != value)
            {
                wrong.Add($"observation {key}: {(row.IsDBNull(3) ? null : row.GetDecimal(3))}; the registers say {value}");
            }
        }

        wrong.AddRange(expected.Select(cell => $"observation {cell.Key} is missing: {cell.Value}"));
        Report("I5", wrong);
        var stale = await cluster.AskAsync<long>("assessment", """
            select count(*) from observation o
            where (epoch, revision) < (select epoch, revision from observation_version v
                where (v.indicator, v.region, v.period) = (o.indicator, o.region, o.period) order by epoch desc, revision desc limit 1)
            """);
        Report("I6", stale == 0 ? [] : [$"{stale} observations are not the newest version"]);
    }

    /// <summary>The platform's own recount of every stored fact finds nothing to put right.</summary>
    private async Task CheckRecountAsync()
    {
        var rebuilt = await RebuildAsync(raiseEpoch: false);
        var righted = rebuilt.Where(member => member.Key.EndsWith("Righted", StringComparison.Ordinal) && member.Value!.GetValue<int>() != 0);
        Report("I5", [.. righted.Select(member => $"a rebuild put right {member.Value} ({member.Key})")]);
    }

    public Task<JsonObject> RebuildAsync(bool raiseEpoch) => PostAsync("operator", "indicator", "/ledger/rebuild", new { raiseEpoch });
}
