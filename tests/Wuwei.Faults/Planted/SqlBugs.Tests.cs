using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Wuwei.Contracts.Facts;
using Wuwei.Faults.Campaign;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Faults;
using Wuwei.Outbox.Idempotency;
using Wuwei.Outbox.Relay;
using Wuwei.ServiceDefaults;
using Wuwei.Testing;

namespace Wuwei.Faults.Planted;

/// <summary>Planted bugs that live in SQL, where the simulator cannot see them: found on PostgreSQL, and only while planted.</summary>
public sealed class SqlBugTests : IAsyncLifetime
{
    private static readonly Caller s_clerk = new("loans-620602", "loans", "620602", FrozenSet<string>.Empty, FrozenSet<string>.Empty);

    private TestDatabase _database = null!;
    private Database _db = null!;

    public async Task InitializeAsync()
    {
        _database = await TestServers.CreateDatabaseAsync(typeof(FoldFacts).Assembly);
        _db = new(_database.DataSource, new OutboxSignal());
    }

    public Task DisposeAsync() => _database.DisposeAsync().AsTask();

    [Fact]
    public Task Given_publish_before_commit_When_the_transaction_fails_Then_its_message_is_found_in_the_outbox() =>
        FoundOnlyWithAsync("publish-before-commit", async () =>
        {
            await using (var work = await _db.BeginAsync(Scope.System("test"), default))
            {
                work.PublishFacts("training", [new("a/1", Measures.TrainingPersonTimes, 1, "620602", new(2025, 5, 1), null, 1)]);
                work.Write("select 1 / 0");
                await Assert.ThrowsAsync<PostgresException>(work.CommitAsync);
            }

            return await _db.FindAsync<int>(Scope.System("test"), "select count(*)::int from outbox_message", null, default) == 0;
        });

    [Fact]
    public Task Given_the_readers_clock_instead_of_the_position_When_asked_while_a_fold_is_under_way_Then_the_answer_is_another_one_later() =>
        FoundOnlyWithAsync("now-instead-of-position", async () =>
        {
            await using var fold = await _db.BeginAsync(Scope.System("test"), default);
            var ledger = await LedgerClock.LockAsync(fold); // has its stamp, and is not seen yet
            var instant = await _db.FindAsync<DateTimeOffset>(Scope.System("test"), "select clock_timestamp()", null, default);
            var asked = PositionAtAsync(instant);
            await Task.WhenAny(asked, Task.Delay(300));
            fold.WriteTotals([], ledger with { Position = ledger.Position + 1 });
            await fold.CommitAsync();
            return await asked == await PositionAtAsync(instant);
        });

    [Fact]
    public Task Given_no_lease_epoch_When_a_relay_marks_after_another_took_over_Then_rows_are_found_marked() =>
        FoundOnlyWithAsync("no-lease-epoch", async () =>
        {
            var rows = new OutboxRows(_database.DataSource, Options.Create(new OutboxOptions()));
            var (sleeper, successor) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            var epoch = await rows.HoldAsync(sleeper, TimeSpan.FromHours(1), default);
            await using (var work = await _db.BeginAsync(Scope.System("test"), default))
            {
                work.PublishFacts("training", [new("a/1", Measures.TrainingPersonTimes, 1, "620602", new(2025, 5, 1), null, 1)]);
                await work.ExecuteAsync("update outbox_lease set expires_at = '-infinity'");
                await work.CommitAsync();
            }

            Assert.Equal(epoch + 1, await rows.HoldAsync(successor, TimeSpan.Zero, default));
            var waiting = await rows.ReadAsync(10, default);
            return await rows.MarkAsync([new(waiting[0].Position, Sent: true, null, null)], sleeper, epoch!.Value) == 0;
        });

    [Fact]
    public Task Given_answers_that_are_not_kept_When_a_request_is_sent_again_under_its_name_Then_it_is_found_to_be_unknown() =>
        FoundOnlyWithAsync("forget-answers", async () =>
        {
            var once = new OnceOnly(new DefaultHttpContext(), "loans-620602", $"{Guid.CreateVersion7()}", new byte[32]);
            await using (var work = await _db.BeginAsync(Scope.System("test"), default))
            {
                await once.EnterAsync(work);
                once.Keep(work, TypedResults.Ok("done"));
                await work.CommitAsync();
            }

            return await once.FindAsync(_db, default) is { Status: 200, Body: "\"done\"" };
        });

    [Fact]
    public Task Given_acts_that_are_not_written_down_When_the_trail_is_looked_at_Then_they_are_missed() =>
        FoundOnlyWithAsync("no-audit-entry", async () =>
        {
            var record = $"tests/{Guid.CreateVersion7()}";
            await ActAsync(record);
            return await _db.FindAsync<int>(Scope.System("test"), "select count(*)::int from audit_entry where record = @record", new { record }, default) == 1;
        });

    [Fact]
    public Task Given_a_chain_that_does_not_wait_When_a_transaction_was_open_meanwhile_Then_its_entry_is_found_unchained() =>
        FoundOnlyWithAsync("chains-ahead", async () =>
        {
            using var sealer = new AuditSealer(_db, Options.Create(new AuditOptions()), TimeProvider.System, NullLogger<AuditSealer>.Instance);
            await using (var slow = await _db.BeginAsync(Scope.System("test"), default))
            {
                await slow.ExecuteAsync("select pg_current_xact_id()");
                await ActAsync("tests/later");
                await sealer.SealAsync(default);
                slow.Audit(s_clerk, new Act("test.done", "tests/earlier"));
                await slow.CommitAsync();
            }

            // Somebody else's, of another database of this server, may be open too.
            await Until.TrueAsync(
                () => _db.FindAsync<bool>(Scope.System("test"), "select not exists (select from audit_entry where xid >= pg_snapshot_xmin(pg_current_snapshot()))", null, default),
                "every transaction before has ended");
            await sealer.SealAsync(default);
            return (await new AuditVerification(_db).RunAsync(0, int.MaxValue, [], TimeSpan.Zero, default)).Flaws.Count == 0;
        });

    private async Task ActAsync(string record)
    {
        await using var work = await _db.BeginAsync(Scope.System("test"), default);
        work.Audit(s_clerk, new Act("test.done", record));
        await work.CommitAsync();
    }

    private async Task<long?> PositionAtAsync(DateTimeOffset instant)
    {
        Assert.False((await LedgerClock.KnownAtAsync(_db, Instants.Format(instant), default)).IsRefused(out _, out var knowledge));
        return knowledge!.Position;
    }

    private static async Task FoundOnlyWithAsync(string bug, Func<Task<bool>> holds)
    {
        Assert.True(await holds());
        PlantedBug.Planted.Value = bug;
        Assert.False(await holds());
    }
}
