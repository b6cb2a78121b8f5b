using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Outbox.Audit;

/// <summary>Which entries.</summary>
public sealed record AuditFilter
{
    /// <summary>First day.</summary>
    [FromQuery(Name = "from")] public DateOnly? From { get; init; }

    /// <summary>Last day.</summary>
    [FromQuery(Name = "to")] public DateOnly? To { get; init; }

    /// <summary>The client or person who acted.</summary>
    [FromQuery(Name = "subject"), TextLength(200)] public string? Subject { get; init; }

    /// <summary>e.g. <c>training.corrected</c>.</summary>
    [FromQuery(Name = "action"), TextLength(80)] public string? Action { get; init; }

    /// <summary>Path of a record, e.g. <c>certified-trainings/0193…</c>.</summary>
    [FromQuery(Name = "record"), TextLength(300)] public string? Record { get; init; }

    internal const string Sql = """
        e.region like @scope
          and (@From::date is null or e.at >= @From::timestamp at time zone 'Asia/Shanghai')
          and (@To::date is null or e.at < (@To::date + 1)::timestamp at time zone 'Asia/Shanghai')
          and (@Subject::text is null or e.subject = @Subject)
          and (@Action::text is null or e.action = @Action)
          and (@Record::text is null or e.record = @Record)
        """;

    /// <summary>A county's auditor sees what was done to its own records.</summary>
    internal static string ScopeOf(Caller caller) => caller.Region switch
    {
        RegionCode.City => "%",
        "" => "",
        var region => $"{region}%",
    };
}

/// <summary>An entry of the audit trail.</summary>
/// <param name="EntryId">Its number; not without gaps.</param>
/// <param name="Position">Its place in the chain; null while it is not chained yet, a second or two.</param>
/// <param name="Hash">Its link: 64 hexadecimal digits.</param>
/// <param name="Subject">The client or person who acted.</param>
/// <param name="Address">Where the request came from.</param>
/// <param name="Record">Path of what it was done to in this service.</param>
/// <param name="Region">Where the record counts.</param>
/// <param name="DecidedUnder">Versions of the policy parameters that the decision looked at: code, first day, revision.</param>
/// <param name="Before">As answers showed it; null: there was none.</param>
/// <param name="After">As answers show it; null: there is none.</param>
public sealed record AuditEntryShown(
    long EntryId, long? Position, string? Hash, DateTimeOffset At, string Subject, string Department, string CallerRegion, IReadOnlyList<string> Roles,
    string? Address, string? TraceId, string Action, string Record, string Region, IReadOnlyList<string> DecidedUnder,
    JsonElement? Before, JsonElement? After);

/// <summary>An entry as it is read with its link.</summary>
internal sealed record AuditRow(
    long? Position, byte[]? Hash, long EntryId, DateTimeOffset At, string Xid, string Subject, string Department, string CallerRegion, string[] Roles,
    string? Address, string? TraceId, string Action, string Record, string Region, string? DecidedUnder, string? Before, string? After)
{
    /// <summary>Selects entries by <see cref="AuditFilter.Sql"/>; what follows narrows, orders and limits them.</summary>
    public const string Sql = $"""
        select l.position, l.hash, {AuditEntry.Columns}
        from audit_entry e
        left join audit_link l on l.entry_id = e.entry_id
        where {AuditFilter.Sql}
        """;

    public AuditEntryShown Show() => new(
        EntryId, Position, Hash is null ? null : Convert.ToHexStringLower(Hash), At, Subject, Department, CallerRegion, Roles, Address, TraceId, Action,
        Record, Region, DecidedUnder?.Split(' ') ?? [], Read(Before), Read(After));

    private static JsonElement? Read(string? text) => text is null ? null : JsonElement.Parse(text);
}
