namespace Wuwei.Faults.Campaign;

// I1, I3, I6: records are what was asked for.
internal sealed partial class Checker
{
    private async Task CheckRegisterAsync(RegisterKind kind, Dictionary<Guid, History> records, Totals totals)
    {
        var (lost, phantom, wrong) = (new List<string>(), new List<string>(), new List<string>());
        var sql = kind.Service switch
        {
            "labour-transfer" => "select departure_id, revision, region, departed_on, 0, cancelled_reason is not null, person_key from departure",
            "training" => "select certified_training_id, revision, region, certified_on, 0, cancelled_reason is not null, person_key from certified_training",
            _ => "select loan_id, revision, region, disbursed_on, jobs_created, cancelled_reason is not null, person_key from loan",
        };
        await foreach (var row in cluster.RowsAsync(kind.Service, sql))
        {
            var (id, revision) = (row.GetGuid(0), row.GetInt32(1));
            if (!records.TryGetValue(id, out var history) || revision > history.Most)
            {
                phantom.Add($"{kind.RecordPrefix}{id} at revision {revision} was never asked for");
                continue;
            }

            history.Stored = revision;
            var expected = history.At(revision);
            var (region, day, jobs, cancelled) = (row.GetString(2), Day(row, 3), row.GetInt32(4), row.GetBoolean(5));
            if (revision < history.Acked)
            {
                lost.Add($"{kind.RecordPrefix}{id} is at revision {revision}; {history.Acked} was acknowledged");
            }
            else if ((region, day, cancelled) != (expected.Region, expected.Day, expected.Cancelled) || kind == RegisterKind.Loans && jobs != expected.Jobs)
            {
                wrong.Add($"{kind.RecordPrefix}{id} at revision {revision} is not what was asked for");
            }

            totals.Add(kind, id, expected, row.GetString(6));
        }

        lost.AddRange(records.Where(record => record.Value is { Stored: 0, Acked: > 0 }).Select(record => $"{kind.RecordPrefix}{record.Key} was acknowledged and is not there"));
        Report("I1", lost);
        Report("I3", phantom);
        Report("I6", wrong);
    }
}
