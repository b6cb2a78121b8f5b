using Wuwei.Contracts.Facts;

namespace Wuwei.Indicator.Ledger;

/// <summary>What a fact is about; the highest revision of a key wins.</summary>
internal readonly record struct FactKey(string Source, string RecordId, string Measure);

/// <summary>A person in a calendar year of one measure: counted once.</summary>
internal readonly record struct PersonYear(string Measure, string PersonKey, int Year);

/// <summary>A total's address: the region as facts name it, the month's first day.</summary>
internal readonly record struct CellKey(string Measure, string Region, DateOnly Month);

/// <summary>A fact in the ledger.</summary>
internal sealed class LedgerFact
{
    public required FactKey Key { get; init; }
    public required int Revision { get; init; }
    public required string Region { get; init; }
    public required DateOnly EventDate { get; init; }
    public required string? PersonKey { get; init; }

    /// <summary>In the measure's unit; null: withdrawn.</summary>
    public required decimal? Quantity { get; init; }

    /// <summary>Calendar year in which the person counts once; null where that rule does not apply, and when withdrawn.</summary>
    public required short? PersonYear { get; init; }

    public required long Position { get; init; }
    public required DateTimeOffset KnownAt { get; init; }

    /// <summary>Whether it adds to the totals.</summary>
    public bool Counted { get; set; }

    /// <summary>Position of what took over; its own position when it never won; null while it is the winner.</summary>
    public long? SupersededAt { get; set; }

    public PersonYear? Person => PersonYear is { } year ? new(Key.Measure, PersonKey!, year) : null;

    public CellKey Cell => new(Key.Measure, Region, new(EventDate.Year, EventDate.Month, 1));

    public static LedgerFact Of(FactKey key, Fact fact, Measure measure, long position, DateTimeOffset knownAt) => new()
    {
        Key = key,
        Revision = fact.Revision,
        Region = fact.Region,
        EventDate = fact.EventDate,
        PersonKey = fact.PersonKey,
        Quantity = fact.Quantity,
        PersonYear = measure.CountsPersons && fact is { PersonKey: not null, Quantity: not null } ? (short)fact.EventDate.Year : null,
        Position = position,
        KnownAt = knownAt,
    };

    public bool Says(Fact fact) =>
        (Region, EventDate, PersonKey, Quantity) == (fact.Region, fact.EventDate, fact.PersonKey, fact.Quantity);

    /// <summary>Which of a person's facts of a year counts: the earliest event, then source, then record; never the order of arrival.</summary>
    public static int CompareClaims(LedgerFact one, LedgerFact other) =>
        one.EventDate.CompareTo(other.EventDate) is var byDate and not 0 ? byDate
        : string.CompareOrdinal(one.Key.Source, other.Key.Source) is var bySource and not 0 ? bySource
        : string.CompareOrdinal(one.Key.RecordId, other.Key.RecordId);
}
