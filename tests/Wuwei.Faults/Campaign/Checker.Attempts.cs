namespace Wuwei.Faults.Campaign;

// What clerks know: what they asked for and were answered. I4 and I8 are found by them at once.
internal sealed partial class Checker
{
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
}
