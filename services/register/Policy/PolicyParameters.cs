using Wuwei.Outbox;

namespace Wuwei.Register.Policy;

/// <summary>A figure that policy may change, as one version of it says.</summary>
/// <param name="Code">Stable, e.g. <c>training.most_per_year</c>.</param>
/// <param name="ValidFrom">First day on which it decides, by the day of what is decided; it holds until a later one.</param>
/// <param name="Revision">From 1, for each code and first day.</param>
/// <param name="Value">In <paramref name="Unit"/>.</param>
/// <param name="Document">Number of the document that sets it; null: none is known.</param>
/// <param name="Verified">Whether someone has compared it with the document. False shows as “未核实”.</param>
public sealed record PolicyParameter(
    string Code, DateOnly ValidFrom, int Revision, decimal Value, string Unit, string? Document, bool Verified, string? Note, DateTimeOffset RecordedAt);

/// <summary>The figures in force.</summary>
internal sealed class PolicyParameters(IEnumerable<PolicyParameter> parameters)
{
    /// <summary>Records of people are kept from this year on; the years before have monthly totals.</summary>
    public const string RealNameFromYear = "register.real_name_from_year";

    private readonly ILookup<string, PolicyParameter> _byCode = parameters.ToLookup(parameter => parameter.Code);

    /// <summary>The value in force on a day; null when none was, and so there is no limit.</summary>
    public decimal? Value(string code, DateOnly on) =>
        _byCode[code].Where(parameter => parameter.ValidFrom <= on).MaxBy(parameter => parameter.ValidFrom)?.Value;

    public static async Task<PolicyParameters> ReadAsync(UnitOfWork work) => new(await work.ListAsync<PolicyParameter>(InForceSql));

    /// <summary>The latest revision of each.</summary>
    public const string InForceSql = """
        select distinct on (code, valid_from) code, valid_from, revision, value, unit, document, verified, note, recorded_at
        from policy_parameter
        order by code, valid_from, revision desc
        """;
}
