using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Wuwei.Contracts.Facts;
using Wuwei.Testing;

namespace Wuwei.Outbox.Tests;

public sealed class UnitOfWorkTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private NpgsqlDataSource _source = null!;
    private Database _db = null!;
    private OutboxSignal _signal = null!;

    public async Task InitializeAsync()
    {
        _database = await TestServers.CreateDatabaseAsync();
        // One connection: whatever a unit of work leaves on it, the next one meets.
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { MaxPoolSize = 1, Timeout = 5 });
        _signal = new();
        _db = new(_source, _signal);
        await using var command = _database.DataSource.CreateCommand(
            """
            create table thing (
                id       uuid primary key,
                title    text null,
                place    integer null,
                day      date null,
                at       timestamptz null,
                codes    text[] null,
                share    numeric(9, 4) null,
                parent   uuid null references thing deferrable initially deferred
            )
            """);
        await command.ExecuteNonQueryAsync();
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Given_writes_and_messages_When_committed_Then_both_are_stored_and_the_relay_is_woken()
    {
        await using (var work = await _db.BeginAsync(Scope.System("test"), default))
        {
            work.Write("insert into thing (id) values (@id)", new { id = Guid.CreateVersion7() });
            work.Publish(new FactsRecorded("training", [Rig.FactOf("a/1")]), "a");
            await work.CommitAsync();
        }

        Assert.Equal((1, 1), (await CountAsync("thing"), await CountAsync("outbox_message")));
        Assert.True(await WokenAsync());
    }

    [Fact]
    public async Task Given_several_statements_When_read_in_one_round_trip_Then_rows_come_in_their_order()
    {
        await using var work = await _db.BeginAsync(Scope.System("test"), default);
        var read = await work.ReadManyAsync("select @first; insert into thing (id) values (gen_random_uuid()); select count(*)::int from thing", new { first = 7 },
            async rows => (await rows.ReadSingleAsync<int>(), await rows.ReadSingleAsync<int>()));
        Assert.Equal((7, 1), read);
    }

    [Theory]
    [InlineData("select true; select pg_terminate_backend(pg_backend_pid()); select true")]
    [InlineData("select case when i = 300000 then pg_terminate_backend(pg_backend_pid()) end from generate_series(1, 600000) i; select true")]
    public async Task Given_a_session_that_ends_When_results_are_read_Then_it_is_the_database_that_failed(string sql)
    {
        await using var work = await _db.BeginAsync(Scope.System("test"), default);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => work.ReadManyAsync(sql, null, async rows =>
        {
            while (!rows.IsConsumed)
            {
                await rows.ReadAsync<bool?>();
            }

            return 0;
        }));
    }

    [Fact]
    public async Task Given_writes_and_messages_When_not_committed_Then_nothing_is_stored_and_nobody_woken()
    {
        await using (var work = await _db.BeginAsync(Scope.System("test"), default))
        {
            await work.ExecuteAsync("insert into thing (id) values (@id)", new { id = Guid.CreateVersion7() });
            work.Write("insert into thing (id) values (@id)", new { id = Guid.CreateVersion7() });
            work.Publish(new FactsRecorded("training", [Rig.FactOf("a/1")]));
        }

        Assert.Equal((0, 0), (await CountAsync("thing"), await CountAsync("outbox_message")));
        Assert.False(await WokenAsync());
    }

    [Fact]
    public async Task Given_a_queued_write_that_fails_When_committed_Then_nothing_is_stored()
    {
        var id = Guid.CreateVersion7();
        await using (var work = await _db.BeginAsync(Scope.System("test"), default))
        {
            await work.ExecuteAsync("insert into thing (id) values (@id)", new { id = Guid.CreateVersion7() });
            work.Write("insert into thing (id) values (@id)", new { id });
            work.Write("insert into thing (id) values (@id)", new { id });
            work.Publish(new FactsRecorded("training", [Rig.FactOf("a/1")]));
            var error = await Assert.ThrowsAsync<PostgresException>(work.CommitAsync);
            Assert.Equal(PostgresErrorCodes.UniqueViolation, error.SqlState);
        }

        Assert.Equal((0, 0), (await CountAsync("thing"), await CountAsync("outbox_message")));
        Assert.False(await WokenAsync());
    }

    [Fact]
    public async Task Given_a_constraint_checked_at_commit_When_it_fails_Then_the_commit_says_so()
    {
        await using (var work = await _db.BeginAsync(Scope.System("test"), default))
        {
            work.Write("insert into thing (id, parent) values (@id, @parent)", new { id = Guid.CreateVersion7(), parent = Guid.CreateVersion7() });
            await Assert.ThrowsAsync<PostgresException>(work.CommitAsync);
        }

        Assert.Equal(0, await CountAsync("thing"));
    }

    [Fact]
    public async Task Given_a_statement_that_failed_When_the_caller_goes_on_and_commits_Then_the_commit_fails()
    {
        await using (var work = await _db.BeginAsync(Scope.System("test"), default))
        {
            await work.ExecuteAsync("insert into thing (id) values (@id)", new { id = Guid.CreateVersion7() });
            await Assert.ThrowsAsync<PostgresException>(() => work.ExecuteAsync("select 1 / 0"));
            var error = await Assert.ThrowsAsync<PostgresException>(work.CommitAsync);
            Assert.Equal(PostgresErrorCodes.InFailedSqlTransaction, error.SqlState);
        }

        Assert.Equal(0, await CountAsync("thing"));
    }

    [Theory]
    [InlineData("commit")]
    [InlineData("fail")]
    [InlineData("leave")]
    public async Task Given_any_end_When_the_connection_goes_back_Then_the_next_unit_of_work_begins_clean(string end)
    {
        await using (var work = await _db.BeginAsync(Scope.System("test"), default))
        {
            await work.ExecuteAsync("set local statement_timeout = '77s'");
            switch (end)
            {
                case "commit":
                    await work.CommitAsync();
                    break;
                case "fail":
                    work.Write("select 1 / 0");
                    await Assert.ThrowsAsync<PostgresException>(work.CommitAsync);
                    break;
            }
        }

        await using (var next = await _db.BeginAsync(Scope.System("test"), default))
        {
            Assert.Equal("0", await next.FindAsync<string>("show statement_timeout"));
            Assert.Equal(0, await next.FindAsync<int>(
                "select count(*)::int from pg_stat_activity where datname = current_database() and state = 'idle in transaction'"));
            await next.ExecuteAsync("insert into thing (id) values (@id)", new { id = Guid.CreateVersion7() });
            await next.CommitAsync();
        }

        Assert.Equal(1, await CountAsync("thing"));
    }

    [Fact]
    public async Task Given_a_caller_who_hung_up_When_committing_Then_nothing_is_stored_and_nothing_left_behind()
    {
        using var hangUp = new CancellationTokenSource();
        await using (var work = await _db.BeginAsync(Scope.System("test"), hangUp.Token))
        {
            work.Write("insert into thing (id) values (@id)", new { id = Guid.CreateVersion7() });
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(work.CommitAsync);
        }

        Assert.Equal(0, await CountAsync("thing"));
    }

    private sealed record Thing(
        Guid Id, string? Title, int? Place, DateOnly? Day, DateTimeOffset? At, string?[]? Codes, decimal? Share, Guid? Parent);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Given_values_or_nulls_When_written_and_read_Then_they_are_the_same(bool values)
    {
        var thing = values
            ? new Thing(Guid.CreateVersion7(), "一", 7, new(2025, 5, 31), new(2025, 5, 31, 8, 0, 0, TimeSpan.FromHours(8)), ["a", null], 1.25m, null)
            : new Thing(Guid.CreateVersion7(), null, null, null, null, null, null, null);
        await using (var work = await _db.BeginAsync(Scope.System("test"), default))
        {
            // coalesce and "is null": a null must say its type
            work.Write(
                """
                insert into thing (id, title, place, day, at, codes, share, parent)
                select @Id, @Title, @Place, @Day, @At, @Codes, coalesce(@Share, null), @Parent
                where @Title is null or @Codes is not null
                """,
                thing);
            await work.CommitAsync();
        }

        var read = await _db.FindAsync<Thing>(Scope.System("test"), "select * from thing", null, default);
        Assert.NotNull(read);
        Assert.Equal(thing with { Codes = null }, read with { Codes = null });
        Assert.Equal(thing.Codes, read.Codes);
    }

    [Fact]
    public async Task Given_no_row_When_a_scalar_is_asked_for_Then_the_nullable_is_null_and_the_plain_one_its_default()
    {
        await using var work = await _db.BeginAsync(Scope.System("test"), default);
        Assert.Null(await work.FindAsync<int?>("select 1 where false"));
        Assert.Equal(0, await work.FindAsync<int>("select 1 where false"));
        Assert.Equal(1, await work.FindAsync<int?>("select 1"));
        Assert.Equal(new DateOnly(2025, 1, 2), await work.FindAsync<DateOnly>("select @day", new { day = new DateOnly(2025, 1, 2) }));
        Assert.Equal(DateTimeOffset.UnixEpoch, await work.FindAsync<DateTimeOffset>("select 'epoch'::timestamptz"));
        Assert.Equal([1, 2], await work.ListAsync<int>("select unnest(@numbers)", new { numbers = new[] { 1, 2 } }));
    }

    [Fact]
    public async Task Given_more_facts_than_one_message_carries_When_published_Then_they_leave_in_several()
    {
        await using (var work = await _db.BeginAsync(Scope.System("test"), default))
        {
            work.PublishFacts("training", [.. Enumerable.Range(1, FactsRecorded.MaxFacts + 1).Select(i => Rig.FactOf($"a/{i}"))]);
            work.PublishFacts("training", []);
            await work.CommitAsync();
        }

        Assert.Equal(2, await CountAsync("outbox_message"));
    }

    [Fact]
    public async Task Given_messages_seen_before_When_seen_again_Then_only_the_others_are_first()
    {
        Guid[] ids = [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];
        await using (var work = await _db.BeginAsync(Scope.System("test"), default))
        {
            Assert.Equal(2, (await work.FirstSeenAsync([ids[0], ids[1], ids[1]], "q")).Count);
            await work.CommitAsync();
        }

        await using (var work = await _db.BeginAsync(Scope.System("test"), default))
        {
            Assert.Equal(ids[2..].ToHashSet(), await work.FirstSeenAsync(ids, "q"));
        }

        await using var third = await _db.BeginAsync(Scope.System("test"), default);
        Assert.Equal(3, (await third.FirstSeenAsync(ids[1..], "another queue")).Count);
    }

    private async Task<int> CountAsync(string table)
    {
        await using var command = _database.DataSource.CreateCommand($"select count(*)::int from {table}");
        return (int)(await command.ExecuteScalarAsync())!;
    }

    private async Task<bool> WokenAsync()
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        await _signal.WaitAsync(TimeSpan.FromSeconds(2), TimeProvider.System, default);
        return waited.Elapsed < TimeSpan.FromSeconds(1.5);
    }
}
