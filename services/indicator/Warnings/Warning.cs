using Wuwei.Contracts.Warnings;
using Wuwei.Indicator.Observations;
using Wuwei.Indicator.Watch;
using Wuwei.Outbox;
using Wuwei.Register;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Warnings;

/// <summary>How far people are with a warning.</summary>
public enum WarningState { Open, Acknowledged, Acting, Closed }

/// <summary>A warning as stored.</summary>
internal sealed record StoredWarning(
    Guid WarningId, string Rule, string Region, string Subject, int Episode, string Level, string State, string Period, decimal? Value, string Message,
    int Calm, DateTimeOffset? ClearedAt, DateTimeOffset RaisedAt, string? ReportTo, DateTimeOffset? ReportBy, string? DecidedUnder, int Revision, DateTimeOffset ChangedAt)
{
    public const string Columns = """
        w.warning_id, w.rule, w.region, w.subject, w.episode, w.level, w.state, w.period, w.value, w.message, w.calm, w.cleared_at, w.raised_at,
        w.report_to, w.report_by, w.decided_under, w.revision, w.changed_at
        """;

    public WarningLevel AtLevel => Codes.Parse<WarningLevel>(Level);

    public WarningState At => Codes.Parse<WarningState>(State);

    /// <summary>How its rule left it: what the next look goes on from.</summary>
    public Alarm Alarm => ClearedAt is null ? new(AtLevel, Period, Calm) : Alarm.None;
}

/// <summary>What happened to a warning.</summary>
internal sealed record WarningStep(string Kind, string? Note, string By);

/// <summary>Who has to be told of a warning, one level after the other, and until when.</summary>
internal static class ReportingChain
{
    public const string Province = "620000";

    /// <summary>Who is told first: the city by a county, the province by the city.</summary>
    public static string First(string region) => region == RegionCode.City ? Province : RegionCode.City;

    /// <summary>Who is told after that one: the province, from orange on; null: nobody.</summary>
    public static string? After(string told, WarningLevel level) => told == RegionCode.City && level >= WarningLevel.Orange ? Province : null;

    /// <summary>Until when, from the instant on at which somebody had to tell.</summary>
    public static DateTimeOffset Until(DateTimeOffset from, WarningLevel level, PolicyParameters policy) => from.AddHours(
        (double)Math.Min(policy.Value("watch.report_within", Codes.Of(level), from.LocalDay()) ?? 2, 10_000));
}

/// <summary>Writes warnings and says what changed.</summary>
internal static class WarningRows
{
    extension(UnitOfWork work)
    {
        /// <summary>Queues a warning's next revision, its step and the message.</summary>
        public void WriteWarning(StoredWarning next, WarningStep step)
        {
            work.Write(WriteSql, new
            {
                next.WarningId,
                next.Rule,
                next.Region,
                next.Subject,
                next.Episode,
                next.Level,
                next.State,
                next.Period,
                next.Value,
                next.Message,
                next.Calm,
                next.ClearedAt,
                next.RaisedAt,
                next.ReportTo,
                next.ReportBy,
                next.DecidedUnder,
                next.Revision,
                next.ChangedAt,
                step.Kind,
                step.Note,
                step.By,
            });
            work.Publish(
                new WarningChanged(
                    next.WarningId, next.Rule, next.Region, next.Subject, next.Level, next.State, next.Period,
                    next.Value is { } value ? Aggregation.Plain(value) : null, next.Message, next.ClearedAt is not null, next.ReportTo, next.ReportBy, next.RaisedAt, next.Revision),
                $"warnings/{next.WarningId}");
        }
    }

    private const string WriteSql = """
        with written as (
            insert into warning (warning_id, rule, region, subject, episode, level, state, period, value, message, calm, cleared_at, raised_at, report_to, report_by, decided_under, revision, changed_at)
            values (@WarningId, @Rule, @Region, @Subject, @Episode, @Level, @State, @Period, @Value, @Message, @Calm, @ClearedAt, @RaisedAt, @ReportTo, @ReportBy, @DecidedUnder, @Revision, @ChangedAt)
            on conflict (warning_id) do update set level = excluded.level, state = excluded.state, period = excluded.period, value = excluded.value, message = excluded.message,
                calm = excluded.calm, cleared_at = excluded.cleared_at, report_to = excluded.report_to, report_by = excluded.report_by,
                decided_under = excluded.decided_under, revision = excluded.revision, changed_at = excluded.changed_at
            returning warning_id, region, revision, level, changed_at)
        insert into warning_step (warning_id, region, revision, kind, level, note, done_by, done_at)
        select warning_id, region, revision, @Kind, level, @Note, @By, changed_at from written
        """;
}

/// <summary>A warning.</summary>
/// <param name="Rule"><c>job-loss-rate</c>, <c>overdue-returns</c>, <c>layoff</c>, <c>wage-arrears</c>, <c>plan-progress</c> or <c>figure</c>.</param>
/// <param name="Subject">What of the region it is about: empty, a month, a layoff, a case, an indicator, a watched figure.</param>
/// <param name="Episode">How often there was one of this rule, region and subject.</param>
/// <param name="Cleared">Whether its reason is gone: only then it can be closed.</param>
/// <param name="ReportTo">Region that has to be told next (上报); null: nobody.</param>
/// <param name="Overdue">Whether that should have been done by now.</param>
/// <param name="DecidedUnder">The versions of the thresholds that were looked at last.</param>
/// <param name="Revision">Also the ETag.</param>
public sealed record Warning(
    Guid Id, string Rule, string Region, string RegionName, string Subject, int Episode, WarningLevel Level, WarningState State, string Period, decimal? Value,
    string Message, bool Cleared, DateTimeOffset? ClearedAt, DateTimeOffset RaisedAt, string? ReportTo, DateTimeOffset? ReportBy, bool Overdue,
    IReadOnlyList<string> DecidedUnder, int Revision, DateTimeOffset ChangedAt, string Link)
{
    internal static Warning Of(StoredWarning w, DateTimeOffset now) => new(
        w.WarningId, w.Rule, w.Region, RegionCode.Wuwei[w.Region].Name, w.Subject, w.Episode, w.AtLevel, w.At, w.Period, w.Value is { } value ? Aggregation.Plain(value) : null,
        w.Message, w.ClearedAt is not null, w.ClearedAt, w.RaisedAt, w.ReportTo, w.ReportBy, w.ReportBy < now,
        w.DecidedUnder?.Split(' ') ?? [], w.Revision, w.ChangedAt, Links.Record("indicator", $"warnings/{w.WarningId}"));
}
