using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Wuwei.Outbox.Audit;

namespace Wuwei.Outbox.Tests.Audit;

// Acting, chaining, verifying, and changing what nobody may.
public sealed partial class AuditTrailTests
{
    // An act on each of these days, chained on it, and one today.
    private async Task GivenOnceAsync(params DateOnly[] days)
    {
        foreach (var month in days.Select(day => new DateOnly(day.Year, day.Month, 1)).Distinct())
        {
            var (name, from, to) = ($"{month:yyyy_MM}", $"{month:yyyy-MM-dd}", $"{month.AddMonths(1):yyyy-MM-dd}");
            await TamperAsync($"""
                create table audit_entry_{name} partition of audit_entry for values from ('{from} 00:00:00+08') to ('{to} 00:00:00+08');
                create table audit_link_{name} partition of audit_link for values from ('{from}') to ('{to}')
                """);
        }

        foreach (var day in days)
        {
            await TamperAsync($"""
                insert into audit_entry (at, subject, department, caller_region, roles, action, record, region)
                values ('{day:yyyy-MM-dd} 12:00:00+08', 'somebody', 'training', '620602', '{"{}"}', 'test.done', 'tests/{day:yyyy-MM-dd}', '620602')
                """);
            await SealAllAsync(day: day);
        }

        await ActAsync(new Act("test.done", "tests/today"));
        await SealAllAsync();
        Assert.Empty((await VerifyAsync()).Flaws);
    }

    // Fifteen acts on three days, each with what was before and after.
    private async Task<AuditHead> GivenThreeDaysAsync()
    {
        for (var day = 0; day < 3; day++)
        {
            for (var i = 0; i < 5; i++)
            {
                await ActAsync(new Act("test.done", $"tests/{day}/{i}", new { Day = day, I = i }, new { Day = day, I = i + 1 }, "620602"));
            }

            await SealAllAsync(day: _today.AddDays(day));
        }

        var head = new AuditHead(15, await OneAsync<string>("select encode(hash, 'hex') from audit_link where position = 15"));
        Assert.Empty((await VerifyAsync(head)).Flaws);
        return head;
    }

    private async Task<(long Entry, long Position)> PickAsync(Random random)
    {
        var position = random.Next(1, 16);
        return (await OneAsync<long>($"select entry_id from audit_link where position = {position}"), position);
    }

    private AuditSealer Sealer(int batch = 5000) => new(
        _db, Options.Create(new AuditOptions { SealBatch = batch }), TimeProvider.System, NullLogger<AuditSealer>.Instance);

    private async Task ActAsync(params Act[] acts)
    {
        await using var work = await _db.BeginAsync(Scope.System("test"), default);
        work.Audit(s_clerk, acts);
        await work.CommitAsync();
    }

    // Transactions of other tests on the same server hold sealing up for a while.
    private async Task SealAllAsync(AuditSealer? sealer = null, DateOnly? day = null)
    {
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (await OneAsync<long>("select (select count(*) from audit_entry) - (select count(*) from audit_link)") > 0)
        {
            Assert.True(DateTime.UtcNow < deadline, "Entries stay unchained.");
            if (await (sealer ?? _sealer).SealAsync(default, day) == 0)
            {
                await Task.Delay(20);
            }
        }
    }

    private Task<AuditVerdict> VerifyAsync(params AuditHead[] heads) =>
        new AuditVerification(_db).RunAsync(0, 1_000_000, heads, TimeSpan.FromMinutes(1), default);

    // As a superuser who switches the triggers off.
    private async Task TamperAsync(string sql)
    {
        await using var connection = await _database.DataSource.OpenConnectionAsync();
        await using var command = new NpgsqlCommand($"set session_replication_role = replica; {sql}; set session_replication_role = origin", connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(string sql) => await _db.ListAsync<T>(Scope.System("test"), sql, null, default);

    private async Task<T> OneAsync<T>(string sql) => (await ListAsync<T>(sql)).Single();

    private sealed class Lines : ILogger<AuditSealer>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
