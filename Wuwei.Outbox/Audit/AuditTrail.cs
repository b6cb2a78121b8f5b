using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wuwei.Outbox.Exports;
using Wuwei.Outbox.Faults;
using Wuwei.ServiceDefaults;

namespace Wuwei.Outbox.Audit;

/// <summary>
/// The audit trail of a service: who did what, when, from where, on which record, as it was before and after. Entries are
/// written with the act and travel with its commit; <see cref="AuditSealer"/> chains them within a second or two, and
/// <see cref="AuditVerification"/> finds any change since (docs/adr/0025-audit-trail.md).
/// </summary>
/// <remarks>
/// <para>
/// Whatever a caller changes is written down by whoever changes it: an <see cref="Act"/> with the record as answers show it,
/// before and after, so that personal values are masked by their types. Who, the address, the trace and the time follow from the
/// caller and the transaction. The entry is among the writes that travel with COMMIT: no round trip, no lock, and no act without
/// its entry. A new action goes into docs/terms.md. Reading is not written down, but for a reveal.
/// </para>
/// <para>
/// Entries are chained when no transaction that began before theirs is still open: each link has the SHA-256 over the link
/// before, its position, its day and every column of its entry; the last of a day is kept apart, and heads go to the log. A
/// verification computes all of it anew and names what was changed, deleted, exchanged or added. The service's login can insert
/// and read only, and triggers refuse changes to everybody.
/// </para>
/// <para>
/// Tables are cut by month. What is older than <see cref="AuditOptions"/> says is dropped by month, none younger than 400 days.
/// Auditors read entries by record, person and time at <c>/audit/entries</c>, take them away as CSV, XLSX or JSON, and verify at
/// <c>/audit/verification</c>; <c>./wuwei audit</c> does so for all services and holds them against the logs.
/// </para>
/// <para>
/// Whoever owns the database can change an entry in the second or two before it is chained, and could compute another chain;
/// against the latter there are the heads in the logs.
/// </para>
/// </remarks>
/// <example><code>
/// work.Write(SaveSql, next);
/// work.Audit(caller, new Act("scheme.set", $"schemes/{id}", held, next));
/// await work.CommitAsync();
/// </code></example>
public static class AuditTrail
{
    private const string InsertSql = """
        insert into audit_entry (subject, department, caller_region, roles, address, trace_id, action, record, region, decided_under, before, after)
        values (@Subject, @Department, @callerRegion, @roles, @Address, @traceId, @Action, @Record, @region, @under, @before::json, @after::json)
        """;

    private const string InsertManySql = """
        insert into audit_entry (subject, department, caller_region, roles, address, trace_id, action, record, region, decided_under, before, after)
        select @Subject, @Department, @callerRegion, @roles, @Address, @traceId, act.action, act.record, act.region, act.under, act.before::json, act.after::json
        from unnest(@actions, @records, @regions, @under, @before, @after) as act (action, record, region, under, before, after)
        """;

    extension(UnitOfWork work)
    {
        /// <summary>Queues what a caller does; it is stored with the commit, or nothing is.</summary>
        public void Audit(Caller caller, params IReadOnlyCollection<Act> acts)
        {
            var roles = caller.Roles.Order(StringComparer.Ordinal).ToArray();
            var (callerRegion, traceId) = (caller.Region, Activity.Current?.TraceId.ToHexString());
            if (acts.Count == 1 && !PlantedBug.NoAuditEntry)
            {
                var act = acts.First();
                work.Write(InsertSql, new
                {
                    caller.Subject,
                    caller.Department,
                    callerRegion,
                    roles,
                    caller.Address,
                    traceId,
                    act.Action,
                    act.Record,
                    region = act.Region ?? callerRegion,
                    under = Under(act),
                    before = Text(act.Before),
                    after = Text(act.After),
                });
            }
            else if (acts.Count > 1 && !PlantedBug.NoAuditEntry)
            {
                work.Write(InsertManySql, new
                {
                    caller.Subject,
                    caller.Department,
                    callerRegion,
                    roles,
                    caller.Address,
                    traceId,
                    actions = acts.Select(act => act.Action).ToArray(),
                    records = acts.Select(act => act.Record).ToArray(),
                    regions = acts.Select(act => act.Region ?? callerRegion).ToArray(),
                    under = acts.Select(Under).ToArray(),
                    before = acts.Select(act => Text(act.Before)).ToArray(),
                    after = acts.Select(act => Text(act.After)).ToArray(),
                });
            }
        }
    }

    extension(IHostApplicationBuilder builder)
    {
        /// <summary>Adds what chains the entries and keeps them as long as section <c>Audit</c> says.</summary>
        public IHostApplicationBuilder AddAudit()
        {
            builder.Services.AddOptions<AuditOptions>().BindConfiguration("Audit").ValidateDataAnnotations().ValidateOnStart();
            builder.AddExports();
            builder.Services.AddSingleton<AuditVerification>();
            builder.Services.AddSingleton<AuditSealer>().AddHostedService(services => services.GetRequiredService<AuditSealer>());
            return builder;
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Maps <c>/audit</c>: entries as pages and as files, and the verification, for auditors.</summary>
        /// <param name="service">Public name; an auditor's token has its read scope.</param>
        public void MapAudit(string service)
        {
            var audit = app.MapGroup("/audit").WithTags("Audit").RequireScope($"{service}.read").RequireAnyRole(CallerRoles.Auditor);
            ListAuditEntries.Map(audit);
            ExportAuditEntries.Map(audit);
            VerifyAuditTrail.Map(audit);
        }
    }

    private static string? Under(Act act) => act.DecidedUnder.Count == 0 ? null : string.Join(' ', act.DecidedUnder);

    private static string? Text(object? state) => state is null ? null : JsonSerializer.Serialize(state, state.GetType(), Json.Options);
}
