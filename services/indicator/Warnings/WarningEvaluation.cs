using System.Collections.Frozen;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Register;
using Wuwei.Register.Policy;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Indicator.Warnings;

/// <summary>
/// Asks every rule, and brings the warnings to what it finds. Evaluations take turns, and what they find depends on the data
/// only, so that the second one of the same data changes nothing.
/// </summary>
internal sealed class WarningEvaluation(Database db, IEnumerable<IWarningRule> rules, TimeProvider clock)
{
    private static readonly Caller s_self = new("warnings", "indicator", RegionCode.City, FrozenSet<string>.Empty, FrozenSet<string>.Empty);

    /// <summary>Evaluates once; answers how many warnings changed.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        await using var work = await db.BeginAsync(Scope.System("warnings"), cancellation);
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtext('warnings'))");
        await work.ExecuteAsync("select from warning where state <> 'closed' for update");
        var policy = await PolicyParameters.ReadAsync(work);
        var open = (await work.ListAsync<StoredWarning>($"select {StoredWarning.Columns} from warning w where w.state <> 'closed'"))
            .ToDictionary(warning => (warning.Rule, warning.Region, warning.Subject));
        var episodes = (await work.ListAsync<Episodes>("select rule, region, subject, max(episode) as last from warning group by rule, region, subject"))
            .ToDictionary(row => (row.Rule, row.Region, row.Subject), row => row.Last);
        var (now, changed) = (clock.GetUtcNow(), 0);
        foreach (var rule in rules)
        {
            policy.TakeConsulted();
            var findings = await rule.FindAsync(work, policy, clock.Today(), (code, region, subject) =>
                open.TryGetValue((code, region, subject), out var warning) ? warning.Alarm : Alarm.None);
            var under = policy.TakeConsulted();
            var silent = open.Values.Where(warning => warning.Rule == rule.Name)
                .ExceptBy(findings.Select(finding => (finding.Region, finding.Subject)), warning => (warning.Region, warning.Subject))
                .Select(warning => new Finding(warning.Rule, warning.Region, warning.Subject, Alarm.None, null, warning.Message));
            foreach (var finding in findings.Concat(silent))
            {
                var key = (finding.Rule, finding.Region, finding.Subject);
                var before = open.GetValueOrDefault(key);
                if (Decide(finding, before, episodes.GetValueOrDefault(key), now, policy) is not ({ } next, { } kind))
                {
                    continue;
                }

                next = next with { DecidedUnder = string.Join(' ', under) };
                work.WriteWarning(next, new(kind, null, s_self.Subject));
                var (was, made) = (before is null ? null : Warning.Of(before, now), Warning.Of(next, now));
                work.Audit(s_self, new Act($"warning.{kind}", $"warnings/{next.WarningId}", was, made, next.Region) { DecidedUnder = under });
                changed++;
            }
        }

        if (changed > 0)
        {
            await work.CommitAsync();
        }

        return changed;
    }

    /// <summary>What a finding does to the open warning: raised, escalated, eased, cleared, returned; nothing when it says what is known.</summary>
    /// <param name="before">The open warning; null: there is none.</param>
    /// <param name="episodes">How many there have been.</param>
    internal static (StoredWarning? Next, string? Kind) Decide(Finding finding, StoredWarning? before, int episodes, DateTimeOffset now, PolicyParameters policy)
    {
        var alarm = finding.Alarm;
        if (before is null)
        {
            return alarm.Level is not { } level ? (null, null) : (new(
                Guid.CreateVersion7(), finding.Rule, finding.Region, finding.Subject, episodes + 1, Codes.Of(level), "open", alarm.Since, finding.Value, finding.Message,
                alarm.Calm, null, now, ReportingChain.First(finding.Region), ReportingChain.Until(now, level, policy), null, 1, now), "raised");
        }

        var next = before with { Value = finding.Value ?? before.Value, Message = finding.Message, Calm = alarm.Calm, Revision = before.Revision + 1, ChangedAt = now };
        if (alarm.Level is not { } stands)
        {
            return before.ClearedAt is null ? (next with { ClearedAt = now }, "cleared") : (null, null);
        }

        next = next with { Level = Codes.Of(stands), ClearedAt = null };
        if (stands > before.AtLevel || before.ClearedAt is not null)
        {
            // Worse, or back: whoever was told has to be told again.
            next = next with { ReportTo = ReportingChain.First(next.Region), ReportBy = ReportingChain.Until(now, stands, policy) };
            return (next, before.ClearedAt is null ? "escalated" : "returned");
        }

        return stands < before.AtLevel ? (next, "eased")
            : next.Value != before.Value || next.Message != before.Message ? (next, "updated")
            : (null, null);
    }

    private sealed record Episodes(string Rule, string Region, string Subject, int Last);
}

/// <summary>Says that the data changed which warnings look at.</summary>
internal sealed class WarningSignal : IDisposable
{
    private readonly SemaphoreSlim _said = new(0, 1);

    /// <summary>After the commit. Cheap; many in a row are one.</summary>
    public void Set()
    {
        try
        {
            _said.Release();
        }
        catch (SemaphoreFullException)
        {
            // Said already.
        }
    }

    public void Dispose() => _said.Dispose();

    public Task WaitAsync(TimeSpan longest, CancellationToken cancellation) => _said.WaitAsync(longest, cancellation);
}

/// <summary>Evaluates when data changed in this process, and when a day begins, since due days pass by themselves. At the start everything, whatever an earlier process left.</summary>
internal sealed partial class WatchWarnings(WarningEvaluation evaluation, WarningSignal signal, TimeProvider clock, ILogger<WatchWarnings> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // the service's port opens whether or not the database answers
        while (true)
        {
            TimeSpan next;
            try
            {
                await evaluation.RunAsync(stoppingToken);
                next = TimeSpan.FromDays(1) - clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).TimeOfDay + TimeSpan.FromSeconds(1);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(error);
                next = TimeSpan.FromMinutes(1);
            }

            await signal.WaitAsync(next, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Error, "Warnings could not be evaluated; trying again in a minute")]
    private partial void LogFailed(Exception error);
}
