namespace Wuwei.Outbox.Audit;

/// <summary>A place in the chain as it is stored: a link, the entry it names, and that entry if there is one.</summary>
internal sealed record AuditPlace(AuditLink Link, long LinkedId, AuditEntry? Entry);

/// <summary>Goes along the chain and notes what is not as it was written. Trusts nothing but the hashes it computes itself.</summary>
/// <param name="checkpoints">The last link of each day that is over, by position.</param>
internal sealed class AuditWalk(IReadOnlyDictionary<long, AuditLink> checkpoints, DateOnly today)
{
    private readonly HashSet<long> _met = [];
    private long? _begins;

    public AuditLink Head { get; private set; } = AuditLink.Start;

    public List<AuditFlaw> Flaws { get; } = [];

    /// <summary>Goes on where another walk ended.</summary>
    public void Resume(AuditLink? link, long after)
    {
        _begins = after;
        if (link is null)
        {
            Flaws.Add(new("gap", after));
        }

        Head = link ?? AuditLink.Start with { Position = after };
    }

    /// <summary>Looks at the next place, in the order of positions.</summary>
    public void Take(AuditPlace place)
    {
        var link = place.Link;
        _begins ??= Begin(link);
        var isNext = link.Position == Head.Position + 1;
        if (!isNext)
        {
            Flaws.Add(new("gap", Head.Position + 1));
        }
        else if (place.Entry is not { } entry)
        {
            Flaws.Add(new("missing", link.Position, place.LinkedId));
        }
        else if (link.Day < Head.Day || !AuditChain.HashOf(Head.Hash, link.Position, link.Day, entry).AsSpan().SequenceEqual(link.Hash))
        {
            Flaws.Add(new("changed", link.Position, entry.EntryId, entry.At, entry.Record));
        }

        if (isNext && link.Day > Head.Day && Head.Position > 0)
        {
            _met.Add(Head.Position);
            if (!checkpoints.TryGetValue(Head.Position, out var end) || !IsSame(end, Head))
            {
                Flaws.Add(new("checkpoint", Head.Position));
            }
        }

        Head = link; // what follows is compared with what stands there, so that one change does not spoil the rest
    }

    /// <summary>No day ends where the chain goes on, and nothing is known beyond its end.</summary>
    public void Finish(bool isEnd) => Flaws.AddRange(checkpoints.Keys.Order()
        .Where(position => position >= (_begins ?? 0) && (position < Head.Position || isEnd) && !_met.Contains(position))
        .Select(position => new AuditFlaw(position < Head.Position ? "checkpoint" : "truncated", position)));

    /// <summary>Holds links against what is known of them outside the database.</summary>
    /// <param name="links">Those at the positions of the heads, as far as there are any, and the first of all.</param>
    public void Compare(IReadOnlyCollection<AuditHead> heads, IReadOnlyDictionary<long, AuditLink> links)
    {
        var first = links.Count > 0 ? links.Keys.Min() : 0;
        foreach (var head in heads.Where(head => head.Position >= first))
        {
            if (!links.TryGetValue(head.Position, out var link))
            {
                Flaws.Add(new("truncated", head.Position));
            }
            else if (!Convert.ToHexStringLower(link.Hash).Equals(head.Hash, StringComparison.OrdinalIgnoreCase))
            {
                Flaws.Add(new("head", head.Position));
            }
        }
    }

    // The months before the first link were dropped: then the day before has its checkpoint, and is long ago.
    private long Begin(AuditLink link)
    {
        if (link.Position > 1 && checkpoints.TryGetValue(link.Position - 1, out var before) && before.Day.AddDays(400) < today
            && (before.Day.Year, before.Day.Month) != (link.Day.Year, link.Day.Month))
        {
            Head = before;
            _met.Add(before.Position);
        }

        return Head.Position;
    }

    private static bool IsSame(AuditLink one, AuditLink other) => one.Day == other.Day && one.Hash.AsSpan().SequenceEqual(other.Hash);
}
