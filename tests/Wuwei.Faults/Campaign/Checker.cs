using System.Data;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aspire.Hosting.Testing;

namespace Wuwei.Faults.Campaign;

/// <summary>Something that must never be.</summary>
/// <param name="Law">Of the reliability contract: <c>I1</c> no loss, <c>I2</c> once, <c>I3</c> no phantom …</param>
internal sealed record Violation(string Law, string What)
{
    public override string ToString() => $"{Law}: {What}";
}

/// <summary>
/// Compares what the client knows with what every database holds. It believes nobody: totals are counted again from the
/// registers' rows by rules of its own, and the platform's own recount is asked as well.
/// </summary>
internal sealed partial class Checker(Cluster cluster, LoadClient client)
{
    private const int MostShown = 5;

    private readonly List<Violation> _violations = [];

    /// <summary>Waits until nothing is on its way any more: outboxes sent, queues empty.</summary>
    /// <returns>How long that took; null: a minute was not enough (I5).</returns>
    public async Task<TimeSpan?> ConvergeAsync(int seconds = 60)
    {
        try
        {
            return await Until.TrueAsync(async () => await OnTheWayAsync() == 0, "everything has arrived", seconds);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Messages on their way: not sent, or sent and not handled. Negative while a database is away.</summary>
    public async Task<long> OnTheWayAsync()
    {
        long sum = 0;
        foreach (var service in Cluster.Registers.Append("indicator"))
        {
            if (await cluster.AskAsync<long>(service, "select count(*) from outbox_message where sent_at is null and parked_reason is null") is not { } waiting)
            {
                return -1;
            }

            sum += waiting;
        }

        return sum > 0 ? sum : await UnhandledAsync();
    }

    /// <summary>Everything that is wrong, after <see cref="ConvergeAsync"/>. The client must be still.</summary>
    public async Task<IReadOnlyList<Violation>> CheckAsync()
    {
        _violations.Clear();
        var onTheWay = await OnTheWayAsync();
        Report("I5", onTheWay == 0 ? [] : [$"{onTheWay} messages are still on their way"]);
        var records = ReadLog();
        await CheckMessagesAsync();
        var cells = new Totals();
        foreach (var kind in RegisterKind.All)
        {
            await CheckRegisterAsync(kind, records[kind.Service], cells);
            await CheckAuditAsync(kind, records[kind.Service]);
        }

        await CheckLedgerAsync(records);
        await CheckTotalsAsync(cells);
        await CheckObservationsAsync(cells);
        await CheckRecountAsync();
        CheckLogs();
        CheckProcesses();
        return [.. _violations];
    }

    // --- What the client knows -----------------------------------------------------------------------------------------

    private Dictionary<string, Dictionary<Guid, History>> ReadLog()
    {
        var records = Cluster.Registers.ToDictionary(service => service, _ => new Dictionary<Guid, History>());
        var faults = new List<(string Law, string What)>();
        // Of those too who were at work before: what they were promised still holds.
        foreach (var log in AttemptLog.Of(cluster))
        {
            var open = new Dictionary<long, LogLine>();
            foreach (var line in AttemptLog.Read(log))
            {
                if (line.Service is not null)
                {
                    open.Add(line.Number, line);
                    Note(line, Answer.Ambiguous);
                    continue;
                }

                open.Remove(line.Number, out var attempt);
                Note(attempt!, line.Answer!.Value);
                if (line.Fault is not null && log == client.Log.Path)
                {
                    faults.Add((line.Law!, $"{line.At:HH:mm:ss} {attempt!.Service} {line.Fault}"));
                }
            }
        }

        foreach (var law in faults.GroupBy(fault => fault.Law))
        {
            Report(law.Key, [.. law.Select(fault => fault.What)]);
        }

        return records;

        void Note(LogLine attempt, Answer answer)
        {
            foreach (var wanted in attempt.Wanted ?? [])
            {
                var known = records[attempt.Service!];
                if (!known.TryGetValue(wanted.Id, out var history))
                {
                    known[wanted.Id] = history = new();
                }

                history.Note(wanted, answer);
            }
        }
    }

    /// <summary>What a record may be: revisions that were acknowledged, and perhaps one more that was never answered.</summary>
    private sealed class History
    {
        private readonly List<(Content Content, bool Acked)> _revisions = [];

        public int Acked => _revisions.FindLastIndex(revision => revision.Acked) + 1;

        public int Most => _revisions.Count;

        /// <summary>A bit for each revision and measure that the ledger holds.</summary>
        public ulong Seen { get; set; }

        /// <summary>The register's revision.</summary>
        public int Stored { get; set; }

        public Content At(int revision) => _revisions[revision - 1].Content;

        public void Note(Wanted wanted, Answer answer)
        {
            if (wanted.Base == _revisions.Count)
            {
                _revisions.Add((wanted.Content, answer is Answer.Acked));
            }
            else if (answer is Answer.Acked)
            {
                _revisions[wanted.Base] = (wanted.Content, true);
            }
        }
    }

    // --- Registers -----------------------------------------------------------------------------------------------------

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

    // --- The audit trail -----------------------------------------------------------------------------------------------

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

    // --- Messages ------------------------------------------------------------------------------------------------------

    /// <summary>Each message that was sent was handled, each that was handled was sent, and nothing was set aside.</summary>
    private async Task CheckMessagesAsync()
    {
        foreach (var (type, from, to, queue) in Flows)
        {
            var sent = new HashSet<Guid>();
            foreach (var service in from)
            {
                await foreach (var row in cluster.RowsAsync(service, $"select message_id, sent_at is not null, parked_reason from outbox_message where message_type = '{type}'"))
                {
                    sent.Add(row.GetGuid(0));
                    if (!row.IsDBNull(2))
                    {
                        Report("I1", [$"message {row.GetGuid(0)} of {service} was parked: {row.GetString(2)}"]);
                    }
                }
            }

            var handled = new HashSet<Guid>();
            await foreach (var row in cluster.RowsAsync(to, $"select message_id from inbox_message where consumer = '{queue}'"))
            {
                handled.Add(row.GetGuid(0));
            }

            Report("I1", [.. sent.Except(handled).Select(id => $"message {id} was sent to {queue} and never handled")]);
            Report("I3", [.. handled.Except(sent).Select(id => $"message {id} was handled by {queue} and never sent")]);
            var failed = await CountAsync($"{queue}_error");
            Report("I7", failed == 0 ? [] : [$"{failed} messages in {queue}_error"]);
        }
    }

    private static readonly (string Type, string[] From, string To, string Queue)[] Flows =
    [
        ("Wuwei.Contracts.Facts.FactsRecorded", [.. Cluster.Registers, "indicator"], "indicator", "indicator.facts"),
        ("Wuwei.Contracts.Observations.ObservationChanged", ["indicator"], "assessment", "assessment.observations"),
        ("Wuwei.Contracts.Targets.TargetChanged", ["indicator"], "assessment", "assessment.targets"),
        ("Wuwei.Contracts.Warnings.WarningChanged", ["indicator"], "assessment", "assessment.warnings"),
    ];

    private async Task<long> UnhandledAsync()
    {
        long unhandled = 0;
        foreach (var (type, from, to, queue) in Flows)
        {
            foreach (var service in from)
            {
                if (await cluster.AskAsync<long>(service, $"select count(*) from outbox_message where message_type = '{type}'") is not { } sent)
                {
                    return -1;
                }

                unhandled += sent;
            }

            if (await cluster.AskAsync<long>(to, $"select count(*) from inbox_message where consumer = '{queue}'") is not { } handled)
            {
                return -1;
            }

            unhandled -= handled;
        }

        return unhandled;
    }

    /// <summary>Messages in a queue, as the broker counts when asked directly.</summary>
    public async Task<long> CountAsync(string queue)
    {
        await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = cluster.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync(queue);
    }

    // --- The ledger ----------------------------------------------------------------------------------------------------

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

    // At the service's own address: on a large ledger it takes longer than the gateway lets anybody wait.
    private async Task<JsonObject> PostAsync(string who, string service, string path, object body)
    {
        using var http = new HttpClient { BaseAddress = cluster.App.GetEndpoint(service), Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await client.Tokens.OfAsync(who));
        using var answer = await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    // --- Personal numbers ----------------------------------------------------------------------------------------------

    /// <summary>No made-up person's number is in a log or in what the broker keeps on its disk.</summary>
    private void CheckLogs()
    {
        var found = new List<string>();
        foreach (var folder in new[] { "logs", "rabbitmq" }.Select(folder => Path.Combine(cluster.DataPath, folder)).Where(Directory.Exists))
        {
            // The broker's folder may be a link; what it replaces or deletes meanwhile holds nothing any more.
            var at = new DirectoryInfo(folder).ResolveLinkTarget(true)?.FullName ?? folder;
            foreach (var file in Directory.EnumerateFiles(at, "*", SearchOption.AllDirectories))
            {
                try
                {
                    if (Contains(file, "622399"u8))
                    {
                        found.Add(file);
                    }
                }
                catch (IOException)
                {
                    // Gone.
                }
            }
        }

        Report("I10", [.. found.Select(file => $"a person's number is in {file}")]);
    }

    // --- Processes -----------------------------------------------------------------------------------------------------

    /// <summary>Bytes of the largest process that any check has seen.</summary>
    public long MostMemory { get; private set; }

    /// <summary>Open files of the process that had most.</summary>
    public int MostFiles { get; private set; }

    private void CheckProcesses()
    {
        var large = new List<string>();
        foreach (var instance in Cluster.Services.Append("gateway").Append("identity").SelectMany(cluster.InstancesOf))
        {
            if (cluster.ProcessOf(instance) is not { } process)
            {
                large.Add($"{instance} does not run");
                continue;
            }

            using var running = System.Diagnostics.Process.GetProcessById(process);
            var (memory, files) = (running.WorkingSet64, Directory.GetFiles($"/proc/{process}/fd").Length);
            (MostMemory, MostFiles) = (Math.Max(MostMemory, memory), Math.Max(MostFiles, files));
            if (memory > 768L << 20 || files > 1000)
            {
                large.Add($"{instance} has {memory >> 20} MiB and {files} open files");
            }
        }

        Report("I12", large);
    }

    private static bool Contains(string file, ReadOnlySpan<byte> start)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var (buffer, kept) = (new byte[1 << 20], 0);
        for (int read; (read = stream.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var text = buffer.AsSpan(0, kept + read);
            for (var at = 0; text[at..].IndexOf(start) is >= 0 and var found;)
            {
                at += found;
                if (at + 18 <= text.Length && PersonalNumber().IsMatch(System.Text.Encoding.Latin1.GetString(text.Slice(at, 18))))
                {
                    return true;
                }

                at += start.Length;
            }

            kept = Math.Min(17, text.Length);
            text[^kept..].CopyTo(buffer);
        }

        return false;
    }

    [GeneratedRegex("^622399(19|20)[0-9]{9}[0-9X]$")]
    private static partial Regex PersonalNumber();

    private static DateOnly Day(IDataRecord row, int column) => DateOnly.FromDateTime(row.GetDateTime(column));

    private void Report(string law, List<string> found)
    {
        foreach (var one in found.Take(MostShown))
        {
            _violations.Add(new(law, one));
        }

        if (found.Count > MostShown)
        {
            _violations.Add(new(law, string.Create(CultureInfo.InvariantCulture, $"… and {found.Count - MostShown} more like this")));
        }
    }
}
