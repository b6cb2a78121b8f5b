using Npgsql;
using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;
using Wuwei.Outbox.Faults;
using Wuwei.Outbox.Relay;
using Wuwei.ServiceDefaults;
using Wuwei.Testing;

namespace Wuwei.Faults.Planted;

/// <summary>Planted bugs that live in SQL, where the simulator cannot see them: found on PostgreSQL, and only while planted.</summary>
public sealed class SqlBugTests : IAsyncLifetime
{
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
            var rows = new OutboxRows(_database.DataSource, Microsoft.Extensions.Options.Options.Create(new OutboxOptions()));
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
