using System.Text.Json.Nodes;

namespace Wuwei.Faults.Campaign;

// I9: whoever changed something is written down, once, and the chain is whole.
internal sealed partial class Checker
{
    /// <summary>One entry for each revision of each record, no entry of anything else, and a chain that is whole.</summary>
    private async Task CheckAuditAsync(RegisterKind kind, Dictionary<Guid, History> records)
    {
        var wrong = new List<string>();
        var entries = new Dictionary<Guid, long>();
        await foreach (var row in cluster.RowsAsync(kind.Service,
            $"select record, count(*) from audit_entry where record like '{kind.RecordPrefix}%' and action ~ '[.](created|corrected|cancelled)$' group by record"))
        {
            entries.Add(Guid.Parse(row.GetString(0).AsSpan(kind.RecordPrefix.Length)), row.GetInt64(1));
        }

        wrong.AddRange(records.Where(record => entries.GetValueOrDefault(record.Key) != record.Value.Stored)
            .Select(record => $"{kind.RecordPrefix}{record.Key} is at revision {record.Value.Stored} and has {entries.GetValueOrDefault(record.Key)} entries"));
        wrong.AddRange(entries.Keys.Where(id => !records.ContainsKey(id)).Select(id => $"{kind.RecordPrefix}{id} has entries and was never asked for"));
        for (JsonObject? verdict = null; verdict is null || !verdict["complete"]!.GetValue<bool>();)
        {
            verdict = await PostAsync("auditor", kind.Service, "/audit/verification", new { after = verdict?["through"]?.GetValue<long>() ?? 0 });
            wrong.AddRange(verdict["flaws"]!.AsArray().Select(flaw => flaw!.ToJsonString()));
        }

        Report("I9", wrong);
    }
}
