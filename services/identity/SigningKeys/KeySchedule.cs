namespace Wuwei.Identity.SigningKeys;

/// <summary>
/// Which keys there should be. Two are published at any time, the one that signs and the next, so that whoever has
/// cached the keys can check tokens of a key that began to sign while identity was out of reach.
/// </summary>
internal static class KeySchedule
{
    /// <summary>How long a key signs.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(60);

    /// <summary>How long at least a key is published before it signs, and after: longer than any token lives or cache keeps.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    /// <summary>The key that signs at a moment: the latest that has begun to. Null when there is none.</summary>
    public static SigningKey? Signer(IEnumerable<SigningKey> keys, DateTimeOffset now) =>
        keys.Where(key => key.SignsFrom <= now).MaxBy(key => key.SignsFrom);

    /// <summary>What is missing (the moments new keys sign from), and what nobody needs any more.</summary>
    public static (IReadOnlyList<DateTimeOffset> Missing, IReadOnlyList<SigningKey> Expired) Plan(
        IReadOnlyCollection<SigningKey> keys, DateTimeOffset now)
    {
        var missing = new List<DateTimeOffset>();
        var began = Signer(keys, now)?.SignsFrom;
        if (began is null)
        {
            missing.Add(now);
        }

        if (!keys.Any(key => key.SignsFrom > now))
        {
            // Overdue when the platform was off for long; even then it is announced first.
            var due = (began ?? now) + Life;
            missing.Add(due > now + Overlap ? due : now + Overlap);
        }

        return (missing, began is null || began + Overlap > now ? [] : [.. keys.Where(key => key.SignsFrom < began)]);
    }
}
