using Wuwei.Contracts.Facts;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register.HistoricTotals;

/// <summary>A month's total of a region from the years before people were recorded by name.</summary>
/// <param name="Month">First day of the month.</param>
/// <param name="Quantity">In the measure's unit; null: withdrawn.</param>
/// <param name="Source">Where the figure was published, or who vouches for it.</param>
internal sealed record HistoricTotal(
    string Region, string Measure, DateOnly Month, int Revision, decimal? Quantity, string Source, bool Synthetic)
{
    private Period Period => Period.MonthOf(Month);

    /// <summary>The record's path in its service.</summary>
    public string RecordId => $"historic-totals/{Region}/{Measure}/{Period}";

    /// <summary>Counts on the month's last day, for nobody in particular.</summary>
    public Fact Fact => new(RecordId, Measure, Revision, Region, Period.End, null, Quantity);

    public HistoricTotalShown Show(string source) => new(
        $"/api/{source}/v1/{RecordId}", Region, Measure, Period.ToString(), Revision, Quantity, Source, Synthetic, RecordedFact.Of(Fact));

    public const string Columns = "region, measure, month, revision, quantity, source, synthetic";
}

/// <summary>A month's total, as answers show it.</summary>
/// <param name="Link">Where it is read back.</param>
/// <param name="Month">e.g. <c>2023-05</c>.</param>
/// <param name="Quantity">In the measure's unit; null: withdrawn.</param>
/// <param name="Source">Where the figure was published, or who vouches for it.</param>
/// <param name="Synthetic">Made up for demonstration.</param>
public sealed record HistoricTotalShown(
    string Link, string Region, string Measure, string Month, int Revision, decimal? Quantity, string Source, bool Synthetic, RecordedFact Fact);
