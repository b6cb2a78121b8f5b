using Wuwei.Indicator.Catalogue;
using Wuwei.ServiceDefaults;

namespace Wuwei.Indicator.Observations;

/// <summary>The value of an indicator in a region and period.</summary>
/// <param name="Period">Canonical.</param>
/// <param name="Total">What the value stands for: the period's own, or from the year's or the plan's beginning.</param>
/// <param name="Value">In <paramref name="Unit"/>; null: not known, which is not zero.</param>
/// <param name="Status"><c>derived</c>, <c>reported</c>, <c>imported</c>, <c>missing</c> or <c>not-applicable</c>.</param>
/// <param name="Numerator">Of rates.</param>
/// <param name="Denominator">Of rates.</param>
/// <param name="Facts">Facts that add up to the value.</param>
/// <param name="Complete">Whether every report that was due is in; null for derived ones, where none is due.</param>
/// <param name="Months">Months whose totals make the value, where not all do: stocks and published levels.</param>
/// <param name="Epoch">Raised by a restore; (epoch, revision) orders versions of one observation.</param>
/// <param name="Revision">Ledger position of the last change; 0 when there was none.</param>
/// <param name="KnownAt">The instant of that position.</param>
public sealed record Observation(
    string Indicator, string Region, string Period, Total Total, decimal? Value, string Unit, string Status,
    decimal? Numerator, decimal? Denominator, long Facts, bool? Complete, IReadOnlyList<string>? Months,
    int Epoch, long Revision, DateTimeOffset? KnownAt)
{
    internal static Observation Of(Question question, Period period, IEnumerable<Cell> cells) =>
        Of(question, period, question.Applies ? Aggregation.Of(question.Indicator, question.Region, question.WindowOf(period), cells) : null);

    /// <param name="observed">Null: the indicator does not exist there.</param>
    internal static Observation Of(Question question, Period period, Observed? observed) => new(
        question.Indicator.Code, question.Region, period.ToString(), question.Total, observed?.Value, question.Indicator.Unit,
        StatusOf(question.Indicator, period, observed),
        observed?.Numerator, observed?.Denominator, observed?.Facts ?? 0,
        observed is { Missing: { } missing } ? missing.Count == 0 : null,
        observed?.Months?.Select(month => ServiceDefaults.Period.MonthOf(month).ToString()).ToArray(),
        question.Knowledge.Epoch, observed?.Position ?? 0, observed?.KnownAt);

    /// <summary>How the value came about, or why there is none.</summary>
    /// <param name="observed">Null: the indicator does not exist there.</param>
    internal static string StatusOf(PlanIndicator indicator, ServiceDefaults.Period period, Observed? observed) => observed switch
    {
        null => "not-applicable",
        { Facts: 0 } => "missing",
        _ => indicator.OriginOn(period.Start) switch { Origin.Derived => "derived", Origin.Reported => "reported", _ => "imported" },
    };
}

/// <summary>Public addresses, as callers of the gateway use them.</summary>
internal static class Links
{
    private const string Root = "/api/indicator/v1";

    public static string Observation(string indicator, string region, string period, Question question, string part = "") =>
        $"{Root}/observations/{indicator}/{region}/{period}{part}{Query(question)}";

    /// <summary>A fact's record in the service that owns it: record ids are paths there.</summary>
    public static string Record(string source, string recordId) => $"/api/{source}/v1/{recordId}";

    private static string Query(Question question)
    {
        var total = question.Total switch { Total.YearToDate => "total=year-to-date", Total.PlanToDate => "total=plan-to-date", _ => null };
        var asOf = question.Knowledge.AsOf is { } instant ? $"asOf={Uri.EscapeDataString(Instants.Format(instant))}" : null;
        var query = string.Join('&', new[] { total, asOf }.Where(part => part is not null));
        return query.Length == 0 ? "" : $"?{query}";
    }
}
