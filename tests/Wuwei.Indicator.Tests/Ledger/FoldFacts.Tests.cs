using System.Net;
using Wuwei.Contracts.Facts;
using Wuwei.Contracts.Observations;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox;
using Wuwei.Testing;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests.Ledger;

public sealed class FoldFactsTests(IndicatorService service) : IClassFixture<IndicatorService>
{
    private static readonly string s_person = new('b', 32);

    [Fact]
    public async Task Given_facts_of_which_some_cannot_be_When_folded_Then_those_are_set_aside_and_the_others_count()
    {
        var good = Training("certified-trainings/good", 1, Liangzhou, 1);
        Fact[] bad =
        [
            good with { RecordId = "x y" },
            good with { RecordId = "" },
            good with { Measure = "training.hours" },
            good with { Measure = Measures.LoanJobs },
            good with { Revision = 0 },
            good with { Region = "999999" },
            good with { Region = "620000" },
            good with { EventDate = new(1999, 12, 31) },
            good with { EventDate = new(2100, 1, 1) },
            good with { PersonKey = "620602198503151019" },
            good with { Quantity = -1 },
            good with { Quantity = 10_000_000_001 },
            good with { Quantity = 0.00001m },
            null!,
            good with { RecordId = "a\0b" },
        ];
        await service.FoldAsync("training", [.. bad.Take(7), good, .. bad.Skip(7)]);

        Assert.Equal(1, await ValueAsync("10", Liangzhou, "2025-02"));
        var parked = (await service.Operator.GetJsonAsync("ledger/parked?limit=200"))["items"]!.AsArray();
        Assert.Equal(
            ["record_malformed", "record_malformed", "measure_unknown", "measure_foreign", "revision_out_of_range", "region_unknown", "region_unknown", "date_out_of_range",
             "date_out_of_range", "person_malformed", "quantity_out_of_range", "quantity_out_of_range", "quantity_out_of_range", "record_malformed", "record_malformed"],
            parked.Where(fact => (string)fact!["source"]! == "training" && !((string)fact["body"]!).Contains("conflict", StringComparison.Ordinal)).Select(fact => (string)fact!["reason"]!).Reverse());

        // The same again is one row, seen twice.
        await service.FoldAsync("training", bad[0]);
        Assert.Equal(parked.Count, (await service.Operator.GetJsonAsync("ledger/parked?limit=200"))["items"]!.AsArray().Count);
        Assert.Equal(parked.Count, (int)(await service.City.GetJsonAsync("ledger"))["parkedFacts"]!);
        await (await service.City.GetAsync(new Uri("ledger/parked", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.forbidden");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Given_a_revision_that_comes_with_other_content_When_folded_Then_the_first_stays_and_the_second_is_set_aside(int revision)
    {
        var record = $"certified-trainings/conflict-{revision}";
        await service.FoldAsync("training", Training(record, 1, Minqin, 1, month: 3), Training(record, 2, Minqin, 2, month: 3));
        var before = await ValueAsync("10", Minqin, "2025-03");
        await service.FoldAsync("training", Training(record, revision, Minqin, 5, month: 3));
        Assert.Equal(before, await ValueAsync("10", Minqin, "2025-03"));
        Assert.Contains((await service.Operator.GetJsonAsync("ledger/parked"))["items"]!.AsArray(), fact =>
            (string)fact!["reason"]! == "revision_conflict" && ((string)fact["body"]!).Contains(record, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_message_delivered_twice_When_folded_Then_it_has_one_effect_and_one_position()
    {
        var message = new Received<FactsRecorded>(Guid.CreateVersion7(), new("training", [Training("certified-trainings/twice", 1, Gulang, 1, month: 4)]));
        await service.DeliverAsync<FactsRecorded, FoldFacts>([message]);
        var ledger = await PositionAsync();
        await service.DeliverAsync<FactsRecorded, FoldFacts>([message]);
        await service.DeliverAsync<FactsRecorded, FoldFacts>([message with { MessageId = Guid.CreateVersion7() }]);
        Assert.Equal(ledger, await PositionAsync());
        Assert.Equal(1, await ValueAsync("10", Gulang, "2025-04"));
    }

    [Fact]
    public async Task Given_a_person_who_left_twice_When_the_earlier_departure_arrives_late_Then_the_person_moves_to_that_county()
    {
        await service.FoldAsync("labour-transfer", Departure("late", 1, $"{Liangzhou}001", new(2024, 5, 2)));
        Assert.Equal((1, null), (await ValueAsync("6", Liangzhou, "2024"), await ValueAsync("6", Tianzhu, "2024")));
        await service.FoldAsync("labour-transfer", Departure("early", 1, $"{Tianzhu}100", new(2024, 2, 20)));
        Assert.Equal((null, 1, 1), (await ValueAsync("6", Liangzhou, "2024"), await ValueAsync("6", Tianzhu, "2024"), await ValueAsync("6", "620600", "2024")));
        // The earlier one is withdrawn: the other counts again. Next year the person counts anew.
        await service.FoldAsync("labour-transfer", Departure("early", 2, $"{Tianzhu}100", new(2024, 2, 20)) with { Quantity = null }, Departure("next", 1, Tianzhu, new(2025, 1, 5)));
        Assert.Equal((1, null, 1), (await ValueAsync("6", Liangzhou, "2024"), await ValueAsync("6", Tianzhu, "2024"), await ValueAsync("6", Tianzhu, "2025")));
        Assert.Equal(2, (await service.City.GetJsonAsync("observations/6/620600/2025?total=plan-to-date"))["observation"]!["value"].Decimal());
    }

    [Fact]
    public async Task Given_many_facts_of_one_county_and_month_When_folded_together_Then_each_change_is_said_once()
    {
        await service.MessagesAsync<ObservationChanged>();
        await service.FoldAsync("loans",
            [.. Enumerable.Range(1, 50).Select(n => new Fact($"loans/{n}", Measures.LoanBorrowers, 1, Minqin, new(2025, 6, 10), null, 1)),
             .. Enumerable.Range(1, 50).Select(n => new Fact($"loans/{n}", Measures.LoanJobs, 1, Minqin, new(2025, 6, 10), null, 2))]);
        var said = await service.MessagesAsync<ObservationChanged>();
        Assert.Equal([("11", Minqin, "2025-06", 150m), ("11", "620600", "2025-06", 150m)], said.Select(o => (o.Indicator, o.Region, o.Period, o.Value!.Value)));
        Assert.All(said, o => Assert.Equal(("人", "derived", 1), (o.Unit, o.Status, o.Epoch)));
        Assert.Equal(await PositionAsync(), said[0].Revision);

        // A move between townships of one county changes neither county nor city.
        await service.FoldAsync("loans", new Fact("loans/1", Measures.LoanBorrowers, 2, $"{Minqin}101", new(2025, 6, 10), null, 1));
        Assert.Empty(await service.MessagesAsync<ObservationChanged>());
        // Zero is a value; a withdrawal of all is none.
        await service.FoldAsync("loans", new Fact("loans/z", Measures.LoanJobs, 1, Gulang, new(2025, 5, 1), null, 0));
        await service.FoldAsync("loans", new Fact("loans/z", Measures.LoanJobs, 2, Gulang, new(2025, 5, 1), null, null));
        Assert.Equal([(Gulang, 0m), ("620600", 0m), (Gulang, (decimal?)null), ("620600", null)], (await service.MessagesAsync<ObservationChanged>()).Select(o => (o.Region, o.Value)));
    }

    [Fact]
    public async Task Given_totals_spoilt_by_hand_When_rebuilt_Then_they_are_right_again_and_a_raised_epoch_says_all()
    {
        await service.FoldAsync("training", Training("certified-trainings/spoilt", 1, Tianzhu, 7, month: 1));
        await ExecuteAsync("""
            update measure_total set quantity = quantity + 5 where measure = 'training.person-times' and region = '620623';
            update county_total set quantity = quantity + 5 where measure = 'training.person-times' and region = '620623';
            update fact_head set counted = false where record_id = 'certified-trainings/spoilt';
            update fact_history set superseded_at = position where record_id = 'certified-trainings/spoilt'
            """);

        Assert.Equal(12, await ValueAsync("10", Tianzhu, "2025-01"));
        var position = await PositionAsync();
        var rebuilt = await (await service.Operator.PostAsync("ledger/rebuild", new { raiseEpoch = true })).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((1, 1, 2, 2), ((int)rebuilt["historyRighted"]!, (int)rebuilt["countedRighted"]!, (int)rebuilt["totalsRighted"]!, (int)rebuilt["epoch"]!));
        Assert.Equal((7, position), (await ValueAsync("10", Tianzhu, "2025-01"), await PositionAsync()));
        Assert.Contains(await service.MessagesAsync<ObservationChanged>(), o => o is { Indicator: "10", Region: Tianzhu, Period: "2025-01", Value: 7, Epoch: 2 });
        await (await service.City.PostAsync("ledger/rebuild", new { raiseEpoch = true })).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.forbidden");

        await ExecuteAsync("update ledger set epoch = 1");
    }

    [Fact]
    public async Task Given_a_total_put_right_When_it_is_said_again_Then_it_is_in_a_new_epoch_and_contradicts_nothing()
    {
        await service.FoldAsync("training", Training("certified-trainings/said", 1, Gulang, 3, month: 5));
        var said = (await service.MessagesAsync<ObservationChanged>()).Last(o => o is { Region: Gulang, Period: "2025-05" });
        await ExecuteAsync("update measure_total set quantity = 9 where measure = 'training.person-times' and region = '620622' and month = '2025-05-01'");
        var rebuilt = await (await service.Operator.PostAsync("ledger/rebuild", new { raiseEpoch = false })).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((1, said.Epoch + 1), ((int)rebuilt["totalsRighted"]!, (int)rebuilt["epoch"]!));
        var again = Assert.Single(await service.MessagesAsync<ObservationChanged>(), o => o is { Indicator: "10", Region: Gulang, Period: "2025-05" });
        Assert.Equal((3m, said.Epoch + 1), (again.Value!.Value, again.Epoch));
        await ExecuteAsync("update ledger set epoch = 1");
    }

    [Fact]
    public async Task Given_months_that_a_restore_took_away_When_the_epoch_is_raised_Then_consumers_hear_that_nothing_is_known_of_them()
    {
        await service.LockAsync("1", Minqin, "2021-03", new { value = 30 });
        Assert.Contains(await service.MessagesAsync<ObservationChanged>(), o => o is { Indicator: "1", Region: Minqin, Period: "2021-03", Value: 30, Epoch: 1 });
        await ExecuteAsync("""
            delete from fact_head where record_id = 'reports/1/620621/2021-03'; delete from fact_history where record_id = 'reports/1/620621/2021-03';
            delete from measure_total where measure = 'indicator.1' and month = '2021-03-01';
            delete from measure_total_version where measure = 'indicator.1' and month = '2021-03-01';
            delete from county_total where measure = 'indicator.1' and month = '2021-03-01';
            delete from county_total_version where measure = 'indicator.1' and month = '2021-03-01'
            """);
        var rebuilt = await (await service.Operator.PostAsync("ledger/rebuild", new { raiseEpoch = true })).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((0, 2), ((int)rebuilt["totalsRighted"]!, (int)rebuilt["epoch"]!));

        var heard = await service.MessagesAsync<ObservationChanged>();
        Assert.Equal(2, heard.Count(o => o is { Indicator: "1", Region: Minqin or "620600", Period: "2021-03", Value: null, Epoch: 2 }));
        // Every month of the plan where the indicator exists, annual ones by year, each once; so is what is computed of them.
        Assert.Equal(heard.Count, heard.Select(o => (o.Indicator, o.Region, o.Period)).Distinct().Count());
        Assert.Equal(60 * (10 * 5 + 1), heard.Count(o => o.Period.Length == 7));
        Assert.Equal(5 * (2 * 5 + 3 + 1), heard.Count(o => o.Period.Length == 4));
        await ExecuteAsync("update ledger set epoch = 1");
    }

    [Fact]
    public async Task Given_facts_of_a_source_When_an_auditor_lists_what_the_ledger_holds_Then_it_is_every_winner_once_withdrawn_ones_too()
    {
        await service.FoldAsync("loans",
            new Fact("loans/held-1", Measures.LoanBorrowers, 1, Tianzhu, new(2025, 2, 3), null, 1),
            new Fact("loans/held-1", Measures.LoanJobs, 1, Tianzhu, new(2025, 2, 3), null, 2.5m),
            new Fact("loans/held-2", Measures.LoanBorrowers, 2, Gulang, new(2025, 2, 4), null, null),
            new Fact("loans/held-2", Measures.LoanBorrowers, 1, Tianzhu, new(2025, 2, 3), null, 1));
        var auditor = service.ClientFor(TestCaller.Auditor);
        var seen = new List<string>();
        for (var path = "ledger/facts?source=loans&limit=2"; path is not null;)
        {
            var page = await auditor.GetJsonAsync(path);
            seen.AddRange(page["items"]!.AsArray().Select(fact => fact!.ToJsonString()));
            path = page["next"] is { } next ? $"ledger/facts?source=loans&limit=2&after={next}" : null;
        }

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(
        [
            $$"""{"recordId":"loans/held-1","measure":"loans.borrowers","revision":1,"region":"{{Tianzhu}}","eventDate":"2025-02-03","quantity":1}""",
            $$"""{"recordId":"loans/held-1","measure":"loans.jobs","revision":1,"region":"{{Tianzhu}}","eventDate":"2025-02-03","quantity":2.5}""",
            $$"""{"recordId":"loans/held-2","measure":"loans.borrowers","revision":2,"region":"{{Gulang}}","eventDate":"2025-02-04","quantity":null}""",
        ], seen.Where(fact => fact.Contains("held-", StringComparison.Ordinal)));
        Assert.DoesNotContain(seen, fact => fact.Contains("certified-trainings", StringComparison.Ordinal));
        await (await auditor.GetAsync(new Uri("ledger/facts?source=nobody", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "ledger.unknown_source");
        await (await auditor.GetAsync(new Uri("ledger/facts?source=loans&after=x", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.BadRequest, "request.bad_cursor");
        await (await service.City.GetAsync(new Uri("ledger/facts?source=loans", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.forbidden");
    }

    [Fact]
    public async Task Given_folds_at_the_same_time_When_they_meet_Then_positions_have_no_gap_and_totals_none_lost()
    {
        var before = await PositionAsync();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(n => service.FoldAsync("training",
            [.. Enumerable.Range(0, 25).Select(m => Training($"certified-trainings/race-{n}-{m}", 1, Liangzhou, 1, month: 6))])));
        Assert.Equal(before + 400, await PositionAsync());
        Assert.Equal(400, await ValueAsync("10", Liangzhou, "2025-06"));
        await using var count = service.Database.DataSource.CreateCommand("select count(distinct position) = count(*) and max(position) = (select position from ledger) from fact_history");
        Assert.Equal(true, await count.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Given_the_coming_years_When_the_service_has_started_Then_their_partitions_are_there()
    {
        await using var made = service.Database.DataSource.CreateCommand(
            "select to_regclass('fact_history_' || extract(year from now()) + 2) is not null and ensure_fact_history(extract(year from now())::integer + 3) = 1");
        Assert.Equal(true, await made.ExecuteScalarAsync());
    }

    private static Fact Training(string record, int revision, string region, decimal quantity, int month = 2) =>
        new(record, Measures.TrainingPersonTimes, revision, region, new(2025, month, 8), s_person, quantity);

    private static Fact Departure(string record, int revision, string region, DateOnly day) =>
        new($"departures/{record}", Measures.LabourTransferPersons, revision, region, day, s_person, 1);

    private async Task<decimal?> ValueAsync(string indicator, string region, string period) =>
        (await service.City.GetJsonAsync($"observations/{indicator}/{region}/{period}"))["observation"]!["value"].Decimal();

    private async Task ExecuteAsync(string sql)
    {
        await using var command = service.Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<long> PositionAsync() => (long)(await service.City.GetJsonAsync("ledger"))["position"]!;
}
