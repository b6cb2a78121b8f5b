using System.Data;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Wuwei.Outbox;
using Wuwei.ServiceDefaults;

namespace Wuwei.Register.Policy;

/// <summary>What a parameter's values are; follows from its unit.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PolicyKind>))]
public enum PolicyKind
{
    /// <summary>Yuan, two decimals.</summary>
    [JsonStringEnumMemberName("money")] Money,

    /// <summary>Per cent or a multiple, four decimals.</summary>
    [JsonStringEnumMemberName("ratio")] Ratio,

    /// <summary>Whole days, or working days.</summary>
    [JsonStringEnumMemberName("days")] Days,

    /// <summary>A whole number of anything else: times, years, months.</summary>
    [JsonStringEnumMemberName("count")] Count,

    /// <summary>Several of these by a key.</summary>
    [JsonStringEnumMemberName("table")] Table,
}

/// <summary>A line of a table.</summary>
/// <param name="Key">What the rule looks up, e.g. a skill level.</param>
/// <param name="Value">In the parameter's unit.</param>
public sealed record PolicyEntry(string Key, decimal Value);

/// <summary>A figure that policy may change, as one version of it says.</summary>
/// <param name="Code">Stable, e.g. <c>training.most_per_year</c>.</param>
/// <param name="ValidFrom">First day on which it decides, by the day of what is decided; it holds until a later one.</param>
/// <param name="Revision">From 1, for each code and first day.</param>
/// <param name="Value">In <paramref name="Unit"/>; null: it is a table.</param>
/// <param name="Entries">Of a table, values in <paramref name="Unit"/>.</param>
/// <param name="Document">Number of the document that sets it; null: none is known.</param>
/// <param name="Verified">Whether someone has compared it with the document. False shows as “未核实”.</param>
/// <param name="RecordedBy">Who set it; <c>migration</c>: it came with the software.</param>
public sealed record PolicyParameter(
    string Code, DateOnly ValidFrom, int Revision, decimal? Value, IReadOnlyList<PolicyEntry>? Entries, string Unit, string? Document, bool Verified,
    string? Note, DateTimeOffset RecordedAt, string RecordedBy)
{
    public const string Columns = "code, valid_from, revision, value, entries, unit, document, verified, note, recorded_at, recorded_by";

    public PolicyKind Kind => Entries is not null ? PolicyKind.Table : KindOf(Unit);

    /// <summary>Names the version, e.g. <c>training.most_per_year/2000-01-01/1</c>.</summary>
    [JsonIgnore] public string Version => $"{Code}/{ValidFrom:yyyy-MM-dd}/{Revision}";

    /// <summary>What values in a unit are.</summary>
    internal static PolicyKind KindOf(string unit) =>
        unit.StartsWith('元') ? PolicyKind.Money : unit is "%" or "倍" ? PolicyKind.Ratio : unit is "天" or "工作日" ? PolicyKind.Days : PolicyKind.Count;

    /// <summary>Whether the other sets the same, whoever set it when.</summary>
    internal bool Sets(PolicyParameter other) =>
        this with { Revision = 0, RecordedAt = default, RecordedBy = "", Entries = null } == other with { Revision = 0, RecordedAt = default, RecordedBy = "", Entries = null }
        && (Entries ?? []).SequenceEqual(other.Entries ?? []);

    /// <summary>Has Dapper read tables.</summary>
    internal static void RegisterTables() => SqlMapper.AddTypeHandler(new Tables());

    private sealed class Tables : SqlMapper.TypeHandler<IReadOnlyList<PolicyEntry>>
    {
        public override IReadOnlyList<PolicyEntry>? Parse(object value) => JsonSerializer.Deserialize<PolicyEntry[]>((string)value, Json.Options);

        public override void SetValue(IDbDataParameter parameter, IReadOnlyList<PolicyEntry>? value) => throw new NotSupportedException("Tables are written as text.");
    }
}

/// <summary>The figures in force, and which of them a decision looked at.</summary>
/// <remarks>
/// <para>
/// Caps, terms, ages and counts change by document, and most of ours are second-hand: each is a row with its first day, its
/// document, whether anybody has compared it (<c>verified</c>), a note and who set it. What its values are (money, ratio, days,
/// count, a table by key) follows from the unit and never changes (<see cref="PolicyParameter.KindOf"/>).
/// </para>
/// <para>
/// A rule asks for the value on the day of what it decides (certificate, disbursement, departure), never today's; none in force
/// means no limit. What was decided under an older value stays as it is: rules are asked when something is recorded or corrected,
/// and the audit trail keeps with each decision the versions it looked at (<see cref="TakeConsulted"/>).
/// </para>
/// <para>
/// A service reads them in the round trip in which it locks and looks (<see cref="InForceSql"/>). A new one comes by migration with
/// the rule that uses it, its source and its mark; <c>GET /policy-parameters?on=</c> lists what is in force on a day, and
/// <c>PUT /policy-parameters/{code}/{day}</c> sets what holds from a day on: the city's approver only, with <c>If-Match</c> where
/// there is a value for that day already, audited. No version is ever deleted (docs/adr/0043-policy-parameters.md).
/// </para>
/// </remarks>
/// <example><code>
/// if (policy.Value("training.most_per_year", training.CertifiedOn) is { } most &amp;&amp; known.Count >= most) { return TooMany; }
/// </code></example>
internal sealed class PolicyParameters(IEnumerable<PolicyParameter> parameters)
{
    /// <summary>Records of people are kept from this year on; the years before have monthly totals.</summary>
    public const string RealNameFromYear = "register.real_name_from_year";

    private readonly ILookup<string, PolicyParameter> _byCode = parameters.ToLookup(parameter => parameter.Code);
    private readonly SortedSet<string> _consulted = new(StringComparer.Ordinal);

    /// <summary>The value in force on a day; null when none was, and so there is no limit.</summary>
    public decimal? Value(string code, DateOnly on) => InForce(code, on)?.Value;

    /// <summary>The value of a table in force on a day; null when there was none, or none for the key.</summary>
    public decimal? Value(string code, string key, DateOnly on) => InForce(code, on)?.Entries?.FirstOrDefault(entry => entry.Key == key)?.Value;

    /// <summary>The versions that have been looked at since the last time this was asked: what a decision was made under.</summary>
    public string[] TakeConsulted()
    {
        string[] consulted = [.. _consulted];
        _consulted.Clear();
        return consulted;
    }

    public static async Task<PolicyParameters> ReadAsync(UnitOfWork work) => new(await work.ListAsync<PolicyParameter>(InForceSql));

    private PolicyParameter? InForce(string code, DateOnly on)
    {
        var parameter = _byCode[code].Where(parameter => parameter.ValidFrom <= on).MaxBy(parameter => parameter.ValidFrom);
        if (parameter is not null)
        {
            _consulted.Add(parameter.Version);
        }

        return parameter;
    }

    /// <summary>The latest revision of each.</summary>
    public const string InForceSql = $"""
        select distinct on (code, valid_from) {PolicyParameter.Columns}
        from policy_parameter
        order by code, valid_from, revision desc
        """;
}
