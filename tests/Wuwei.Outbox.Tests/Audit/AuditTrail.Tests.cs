using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Wuwei.Outbox.Audit;
using Wuwei.ServiceDefaults;
using Wuwei.Testing;

namespace Wuwei.Outbox.Tests.Audit;

public sealed partial class AuditTrailTests : IAsyncLifetime
{
    private static readonly Caller s_clerk = new(
        "training-620602", "training", "620602", new[] { "clerk", "approver" }.ToFrozenSet(), FrozenSet<string>.Empty)
    {
        Address = "10.62.6.2",
    };

    private TestDatabase _database = null!;
    private Database _db = null!;
    private AuditSealer _sealer = null!;
    private DateOnly _today;

    public async Task InitializeAsync()
    {
        _database = await TestServers.CreateDatabaseAsync();
        _db = new(_database.DataSource, new OutboxSignal());
        _sealer = Sealer();
        _today = await OneAsync<DateOnly>("select (now() at time zone 'Asia/Shanghai')::date");
    }

    public async Task DisposeAsync()
    {
        _sealer.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Given_acts_When_committed_Then_they_say_who_did_what_and_from_where_and_else_nothing_is_stored()
    {
        await using (var work = await _db.BeginAsync(Scope.System("test"), default))
        {
            work.Audit(s_clerk, new Act("training.created", "certified-trainings/1"));
        }

        using var activity = new System.Diagnostics.Activity("request").Start();
        await ActAsync(
            new Act("training.corrected", "certified-trainings/1", new { Hours = 1 }, new { Hours = 2, Name = "张**" }, "620602101"),
            new Act("message.replayed", "messaging/parked"));

        Assert.Equal(
            [
                $"training-620602|training|620602|approver,clerk|10.62.6.2|{activity.TraceId}|training.corrected|certified-trainings/1|620602101|{{\"hours\":1}}|{{\"hours\":2,\"name\":\"张**\"}}",
                $"training-620602|training|620602|approver,clerk|10.62.6.2|{activity.TraceId}|message.replayed|messaging/parked|620602||",
            ],
            await ListAsync<string>(
                """
                select concat_ws('|', subject, department, caller_region, array_to_string(roles, ','), address, trace_id, action, record, region, coalesce(before::text, ''), coalesce(after::text, ''))
                from audit_entry order by entry_id
                """));
    }

    [Fact]
    public async Task Given_no_entries_When_verified_Then_the_chain_is_empty_and_whole()
    {
        Assert.Equal(0, await _sealer.SealAsync(default));
        var verdict = await VerifyAsync();
        Assert.Equal((0, true, 0), (verdict.Through, verdict.Complete, verdict.Flaws.Count));
    }

    [Fact]
    public async Task Given_a_transaction_that_is_still_open_When_sealing_Then_what_began_later_waits_for_it()
    {
        await using var slow = await _db.BeginAsync(Scope.System("test"), default);
        await slow.ExecuteAsync("select pg_current_xact_id()");
        await ActAsync(new Act("test.done", "tests/2"));
        Assert.Equal(0, await _sealer.SealAsync(default));

        slow.Audit(s_clerk, new Act("test.done", "tests/1"));
        await slow.CommitAsync();
        await SealAllAsync();

        Assert.Equal(["tests/1", "tests/2"], await ListAsync<string>("select record from audit_entry join audit_link using (entry_id) order by position"));
    }

    [Fact]
    public async Task Given_many_writers_and_sealers_When_all_run_at_once_Then_every_entry_is_chained_once_and_the_chain_is_whole()
    {
        const int Writers = 8, Each = 40;
        using var done = new CancellationTokenSource();
        var sealers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            using var sealer = Sealer(batch: 7);
            while (!done.IsCancellationRequested)
            {
                await sealer.SealAsync(default);
            }
        })).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                await using var work = await _db.BeginAsync(Scope.System("test"), default);
                work.Audit(s_clerk, new Act("test.done", $"tests/{writer}/{i}"), new Act("test.done", $"tests/{writer}/{i}/more"));
                if (i % 5 != 0)
                {
                    await work.CommitAsync();
                }
            }
        })));
        await SealAllAsync();
        await done.CancelAsync();
        await Task.WhenAll(sealers);

        const int Entries = Writers * Each * 4 / 5 * 2;
        Assert.Equal(Entries, await OneAsync<long>("select count(*) from audit_entry"));
        Assert.Equal($"{Entries} {Entries} 1 {Entries}", await OneAsync<string>(
            "select concat_ws(' ', count(*), count(distinct entry_id), min(position), max(position)) from audit_link"));
        var verdict = await VerifyAsync();
        Assert.Equal((Entries, true), (verdict.Through, verdict.Complete));
        Assert.Empty(verdict.Flaws);
    }

    [Fact]
    public async Task Given_the_chain_of_several_days_When_any_one_value_of_any_row_is_changed_Then_it_is_found_and_named()
    {
        var head = await GivenThreeDaysAsync();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        string[] columns =
        [
            "at = at - interval '1 microsecond'", "xid = (xid::text::bigint + 1)::text::xid8", "subject = subject || ' '", "department = ''", "caller_region = '620600'",
            "roles = roles || '{operator}'", "roles = array[array_to_string(roles, '')]", "address = null", "address = '10.62.6.3'", "trace_id = 'x'", "action = 'test.undone'",
            "record = record || '0'", "region = '620621'", "decided_under = 'test.most/2020-01-01/1'", "before = null", "before = (before::text || ' ')::json", "after = '{}'", "after = before, before = after",
        ];
        foreach (var column in columns)
        {
            var (entry, position) = await PickAsync(random);
            await TamperAsync($"create table kept as select * from audit_entry where entry_id = {entry}; update audit_entry set {column} where entry_id = {entry}");
            var verdict = await VerifyAsync(head);
            Assert.True(verdict.Flaws.Any(flaw => flaw.Position == position && flaw.Kind is "changed" or "missing"), $"{column} at {position}, seed {seed}: {string.Join(", ", verdict.Flaws)}");
            await TamperAsync($"""
                delete from audit_entry where entry_id = {entry};
                insert into audit_entry overriding system value select * from kept; drop table kept
                """);
        }

        foreach (var change in new[] { "position = position + 1000", "day = day + 1", "entry_id = entry_id + 1000000", "hash = sha256(hash)" })
        {
            var (_, position) = await PickAsync(random);
            await TamperAsync($"create table kept as select * from audit_link where position = {position}; update audit_link set {change} where position = {position}");
            var verdict = await VerifyAsync(head);
            Assert.True(verdict.Flaws.Any(flaw => flaw.Position == position), $"{change} at {position}, seed {seed}: {string.Join(", ", verdict.Flaws)}");
            await TamperAsync($"delete from audit_link where position in ({position}, {position} + 1000); insert into audit_link select * from kept; drop table kept");
        }

        foreach (var change in new[] { "hash = sha256(hash)", "day = day - 30", "position = position + 1" })
        {
            await TamperAsync($"create table kept as select * from audit_checkpoint; update audit_checkpoint set {change} where day = (select max(day) from audit_checkpoint)");
            Assert.Contains((await VerifyAsync(head)).Flaws, flaw => flaw.Kind is "checkpoint");
            await TamperAsync("delete from audit_checkpoint; insert into audit_checkpoint select * from kept; drop table kept");
        }

        Assert.Empty((await VerifyAsync(head)).Flaws);
    }

    [Fact]
    public async Task Given_the_chain_When_rows_are_deleted_or_smuggled_in_Then_it_is_found()
    {
        var head = await GivenThreeDaysAsync();
        var last = head.Position;
        (string Attack, string Kind, long? Position)[] attacks =
        [
            ("delete from audit_entry where entry_id = (select entry_id from audit_link where position = 5)", "missing", 5),
            ("""
             create table moved as select * from audit_entry where entry_id = (select entry_id from audit_link where position = 5);
             delete from audit_entry where entry_id = (select entry_id from moved); update moved set entry_id = entry_id + 1000000;
             insert into audit_entry overriding system value select * from moved; drop table moved
             """, "missing", 5),
            ("delete from audit_link where position = 5", "gap", 5),
            ("delete from audit_link where position between 1 and 4", "gap", 1),
            ("delete from audit_link where day = (select min(day) from audit_link)", "gap", 1),
            ("delete from audit_checkpoint where day = (select min(day) from audit_checkpoint)", "checkpoint", null),
            ($"delete from audit_entry where entry_id = (select entry_id from audit_link where position = {last}); delete from audit_link where position = {last}", "truncated", last),
            ("delete from audit_entry; delete from audit_link", "truncated", last),
            ("delete from audit_entry; delete from audit_link; delete from audit_checkpoint", "truncated", last),
            ("insert into audit_checkpoint select day + 100, 3, hash from audit_link where position = 3", "checkpoint", 3),
            ("""
             insert into audit_entry (at, subject, department, caller_region, roles, action, record, region)
             select now() - interval '2 minutes', subject, department, caller_region, roles, action, record, region from audit_entry limit 1
             """, "unchained", null),
        ];
        foreach (var (attack, kind, position) in attacks)
        {
            await TamperAsync($"""
                create table kept_entry as select * from audit_entry; create table kept_link as select * from audit_link;
                create table kept_checkpoint as select * from audit_checkpoint; {attack}
                """);
            var verdict = await VerifyAsync(head);
            for (var waited = 0; kind == "unchained" && verdict.Flaws.Count == 0 && waited < 300; waited++)
            {
                await Task.Delay(100); // for transactions of other tests
                verdict = await VerifyAsync(head);
            }

            Assert.True(verdict.Flaws.Any(flaw => flaw.Kind == kind && (position is null || flaw.Position == position)), $"{attack}: {string.Join(", ", verdict.Flaws)}");
            await TamperAsync("""
                delete from audit_entry; delete from audit_link; delete from audit_checkpoint;
                insert into audit_entry overriding system value select * from kept_entry; insert into audit_link select * from kept_link;
                insert into audit_checkpoint select * from kept_checkpoint; drop table kept_entry, kept_link, kept_checkpoint
                """);
        }

        // Whoever owns the database can write a whole new chain; what is known of the old one outside gives it away.
        await TamperAsync("update audit_entry set subject = 'another'; delete from audit_link; delete from audit_checkpoint");
        using var forger = Sealer();
        await SealAllAsync(forger);
        Assert.Empty((await VerifyAsync()).Flaws);
        Assert.Contains((await VerifyAsync(head)).Flaws, flaw => (flaw.Kind, flaw.Position) == ("head", last));
    }

    [Fact]
    public async Task Given_a_part_that_ends_early_When_the_next_follows_on_it_Then_together_they_are_the_whole()
    {
        await GivenThreeDaysAsync();
        await TamperAsync("update audit_entry set subject = 'another' where entry_id = (select entry_id from audit_link where position = 10)");
        var verification = new AuditVerification(_db);
        var first = await verification.RunAsync(0, 8, [], TimeSpan.FromMinutes(1), default);
        Assert.True(first.Through >= 8);
        var rest = await verification.RunAsync(9, 100, [], TimeSpan.FromMinutes(1), default);
        Assert.Equal(["changed"], rest.Flaws.Select(flaw => flaw.Kind));
        Assert.Equal([10L], rest.Flaws.Select(flaw => flaw.Position!.Value));
        rest = await verification.RunAsync(10, 100, [], TimeSpan.FromMinutes(1), default);
        Assert.True(rest.Complete);
        Assert.Empty(rest.Flaws);
    }

    [Fact]
    public async Task Given_months_long_past_When_their_time_is_up_Then_they_are_dropped_and_the_rest_is_whole()
    {
        await GivenOnceAsync(new(2020, 1, 31), new(2020, 2, 1), new(2020, 2, 28));

        Assert.True(await OneAsync<int>("select keep_audit_partitions(400)") >= 4);

        Assert.Equal(["tests/today"], await ListAsync<string>("select record from audit_entry"));
        var verdict = await VerifyAsync();
        Assert.Equal((4, true), (verdict.Through, verdict.Complete));
        Assert.Empty(verdict.Flaws);

        // The same of yesterday is no tidying up.
        await TamperAsync("update audit_checkpoint set day = current_date - 1 where position = 3");
        Assert.Contains((await VerifyAsync()).Flaws, flaw => flaw.Kind == "gap");
    }

    [Fact]
    public async Task Given_a_month_whose_links_are_gone_before_its_entries_When_a_sealer_starts_Then_it_does_not_chain_them_again()
    {
        var limit = _today.AddDays(-400);
        await GivenOnceAsync(new DateOnly(limit.Year, limit.Month, 1).AddDays(-1));
        await OneAsync<int>("select keep_audit_partitions(400)");
        Assert.Equal((2L, 1L), (await OneAsync<long>("select count(*) from audit_entry"), await OneAsync<long>("select count(*) from audit_link")));

        using var another = Sealer();
        Assert.Equal(0, await another.SealAsync(default));
        Assert.Empty((await VerifyAsync()).Flaws);
    }

    [Fact]
    public async Task Given_a_copy_of_a_database_When_its_transactions_count_from_anew_Then_what_was_not_chained_yet_is()
    {
        await ActAsync(new Act("test.done", "tests/1"));
        await TamperAsync("update audit_entry set xid = (xid::text::bigint + 1000000000)::text::xid8");
        Assert.Equal(1, await _sealer.SealAsync(default));
        await ActAsync(new Act("test.done", "tests/2"));
        await SealAllAsync();
        Assert.Equal(["tests/1", "tests/2"], await ListAsync<string>("select record from audit_entry join audit_link using (entry_id) order by position"));
        Assert.Empty((await VerifyAsync()).Flaws);
    }

    [Fact]
    public async Task Given_a_head_When_the_sealer_stops_Then_it_has_been_logged()
    {
        var log = new Lines();
        using var sealer = new AuditSealer(_db, Options.Create(new AuditOptions()), TimeProvider.System, log);
        await ActAsync(new Act("test.done", "tests/1"));
        await SealAllAsync(sealer);
        await sealer.StopAsync(default);
        var hash = await OneAsync<string>("select encode(hash, 'hex') from audit_link");
        Assert.Equal([$"Audit trail chained up to 1: {hash}"], log.Written);
    }
}
