using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Wuwei.Contracts.Facts;
using Wuwei.Contracts.Observations;
using Wuwei.Contracts.Targets;
using Wuwei.Indicator.Tests.Watch;
using Wuwei.Indicator.Warnings;
using Wuwei.Testing;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests.Stories;

/// <summary>What people do from one end to the other, each story on months and indicators of its own.</summary>
public sealed class StoryTests(IndicatorService service) : IClassFixture<IndicatorService>
{
    [Fact]
    public async Task Given_the_counties_month_When_it_goes_from_file_to_lock_to_publication_Then_a_late_county_and_a_correction_show_and_small_counts_do_not()
    {
        const string May = "2025-05";
        (string Region, string Name, int Jobs, int Found)[] counties = [(Liangzhou, "凉州区", 900, 40), (Minqin, "民勤县", 210, 6), (Gulang, "古浪县", 300, 25)];
        await service.LockBatchAsync(counties.Select(one => new { indicator = "1", region = one.Region, period = "2025-04", value = one.Jobs / 2 + 1 }));

        // Each county fills in the template; a row of another county and one that is wrong are refused, the others are taken.
        foreach (var (region, name, jobs, found) in counties)
        {
            var lines = $"城镇新增就业人数,{name},{May},{jobs},,,,\r\n失业人员实现就业,{name},{May},{found},,,,\r\n";
            var wrong = await (await ImportAsync(region, "all-or-nothing", $"{lines}失业人员实现就业,天祝藏族自治县,{May},1,,,,\r\n举报投诉案件结案率,{name},{May},99,,,,\r\n")).ShouldBeAsync(HttpStatusCode.OK);
            Assert.Equal((false, 2, 2), ((bool)wrong["stored"]!, (int)wrong["accepted"]!, (int)wrong["refused"]!));
            Assert.Equal([(4, "auth.out_of_region", null), (5, "report.rate_required", "分子")],
                wrong["rows"]!.AsArray().Where(row => row!["code"] is not null).Select(row => ((int)row!["row"]!, (string)row["code"]!, (string?)row["column"])));
            Assert.True((bool)(await (await ImportAsync(region, "all-or-nothing", lines)).ShouldBeAsync(HttpStatusCode.OK))["stored"]!);
            var again = await (await ImportAsync(region, "accept-valid", lines)).ShouldBeAsync(HttpStatusCode.OK);
            Assert.All(again["rows"]!.AsArray(), row => Assert.Equal("unchanged", (string)row!["status"]!));
        }

        var form = (await service.County(Liangzhou).GetJsonAsync($"reports/form?region={Liangzhou}&period={May}"))["lines"]!.AsArray().Single(line => (string)line!["indicator"]! == "1")!;
        Assert.Equal((900m, "2025-04", 451m, 99.56m, 1351m), (form["value"].Decimal(), (string)form["lastPeriod"]!, form["last"].Decimal(), form["change"].Decimal(), form["yearToDate"].Decimal()));
        Assert.Equal(("large-change", "draft", "2025-06-05"), ((string)Assert.Single(form["hints"]!.AsArray())!["code"]!, (string)form["state"]!, (string)form["dueOn"]!));

        // What is written so far comes as a filled template with what was before beside it, as CSV and as a workbook, and goes back as it came.
        var written = await service.County(Liangzhou).GetByteArrayAsync(new Uri($"reports/form.csv?region={Liangzhou}&period={May}", UriKind.Relative));
        Assert.Contains($"城镇新增就业人数,凉州区,{May},900,,,,1,人,2025-06-05,2025-04,451,,99.56,1351,与上期相差 99.56 %", Encoding.UTF8.GetString(written), StringComparison.Ordinal);
        var taken = (await (await SendAsync("reports/imports?mode=dry-run", Liangzhou, written)).ShouldBeAsync(HttpStatusCode.OK))["rows"]!.AsArray();
        var workbook = await service.County(Liangzhou).GetByteArrayAsync(new Uri($"reports/form.xlsx?region={Liangzhou}&period={May}", UriKind.Relative));
        Assert.Equal(taken.ToJsonString(), (await (await SendAsync("reports/imports?mode=dry-run", Liangzhou, workbook)).ShouldBeAsync(HttpStatusCode.OK))["rows"]!.ToJsonString());
        Assert.Equal(2, taken.Count(row => (string)row!["status"]! == "unchanged"));
        Assert.All(taken.Where(row => row!["code"] is not null), row => Assert.EndsWith("_required", (string)row!["code"]!, StringComparison.Ordinal)); // not filled in yet

        // Each approves all of its own, but Minqin's approver returns one for a reason.
        foreach (var (region, _, _, _) in counties)
        {
            foreach (var indicator in new[] { "1", "7" })
            {
                await (await service.County(region).PostAsync($"reports/{indicator}/{region}/{May}/submission", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
            }

            await (await service.County(region).PostAsync("reports/batch/approval", Selection(May, [region], service.Clock.GetUtcNow().AddDays(-1)))).ShouldBeAsync(HttpStatusCode.OK); // nothing that was changed since is touched
            var approved = await (await service.County(region).PostAsync("reports/batch/approval", Selection(May, [region], service.Clock.GetUtcNow(), region == Minqin ? "请核对" : null))).ShouldBeAsync(HttpStatusCode.OK);
            Assert.Equal(region == Minqin ? (1, 1, 0) : (2, 0, 0), ((int)approved["moved"]!, (int)approved["returned"]!, (int)approved["left"]!));
        }

        await (await service.County(Minqin).PostAsync("reports/batch/approval", Selection(May, [Gulang], service.Clock.GetUtcNow()))).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.out_of_region");
        await (await service.County(Minqin).PostAsync("reports/batch/approval", Selection(May, [Minqin], service.Clock.GetUtcNow(), "已退回"))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "report.exception_unknown");
        await (await service.County(Minqin).PutAsync($"reports/7/{Minqin}/{May}", new { value = 5 }, "\"3\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await service.County(Minqin).PostAsync($"reports/7/{Minqin}/{May}/submission", null, "\"4\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await service.County(Minqin).PostAsync("reports/batch/approval", Selection(May, [Minqin], service.Clock.GetUtcNow()))).ShouldBeAsync(HttpStatusCode.OK);

        // The city locks all at once; what counts is said, and Tianzhu is late.
        await service.MessagesAsync<ObservationChanged>();
        var locked = await (await service.City.PostAsync("reports/batch/lock", Selection(May, [.. counties.Select(one => one.Region), Tianzhu], service.Clock.GetUtcNow()))).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((6, 0, 0), ((int)locked["moved"]!, (int)locked["returned"]!, (int)locked["left"]!));
        Assert.Contains(await service.MessagesAsync<ObservationChanged>(), said => said is { Indicator: "1", Region: "620600", Period: May, Value: 1410 });
        var expected = (await service.City.GetJsonAsync($"reports/timeliness?from={May}&to={May}"))["items"]!.AsArray().Where(item => (string)item!["indicator"]! == "1").ToArray();
        Assert.Equal([("locked", "late"), ("locked", "late"), ("locked", "late"), ("missing", "overdue")], expected.Select(item => ((string)item!["state"]!, (string)item["timing"]!)));
        Assert.False((bool)(await service.City.GetJsonAsync($"observations/1/620600/{May}"))["observation"]!["complete"]!);

        // Under embargo the public sees nothing; then all but Minqin's five, and Gulang's 25, by which they could be told.
        await (await service.City.PutAsync($"releases/{May}", new { publishAt = "2025-07-20T08:00:00+08:00", note = "初步数" })).ShouldBeAsync(HttpStatusCode.OK);
        var site = service.ClientFor(AttackTests.OpenData);
        await (await site.GetAsync(new Uri($"open/observations/{May}", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.NotFound, "release.not_found");
        Assert.Equal(1, (int)(await service.City.GetJsonAsync($"releases/{May}"))["revisions"]![0]!["revision"]!);
        service.Clock.SetToday(new(2025, 7, 21));
        Assert.Equal([(Liangzhou, 40m, "published"), (Minqin, null, "suppressed"), (Gulang, null, "suppressed"), (Tianzhu, null, "missing"), ("620600", (decimal?)70, "published")],
            (await OpenAsync("7")).OrderBy(one => one.Region == "620600"));
        await (await site.GetAsync(new Uri($"observations/7/{Minqin}/{May}", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        await (await service.City.GetAsync(new Uri($"open/observations/{May}", UriKind.Relative))).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        var other = service.ClientFor(TestCaller.Of("indicator", Tianzhu) with { Scopes = ["indicator.read", "indicator.prerelease", "indicator.open"] });
        Assert.Equal(await site.GetStringAsync(new Uri($"open/observations/{May}", UriKind.Relative)), await other.GetStringAsync(new Uri($"open/observations/{May}", UriKind.Relative)));
        Assert.All((await other.GetJsonAsync($"releases/{May}"))["values"]!.AsArray(), value => Assert.Equal(Tianzhu, (string)value!["region"]!));
        Assert.Contains($"7,失业人员实现就业,{Minqin},民勤县,{May},,人,人数过少，不公布", await site.GetStringAsync(new Uri($"open/observations/{May}?format=csv", UriKind.Relative)), StringComparison.Ordinal);

        // A correction after the lock: it counts at once, and is published as a further revision, which withholds what was withheld.
        await (await service.City.PostAsync($"reports/7/{Minqin}/{May}/unlock", new { reason = "漏报" }, "\"7\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await service.County(Minqin).PutAsync($"reports/7/{Minqin}/{May}", new { value = 15 }, "\"8\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await service.County(Minqin).PostAsync($"reports/7/{Minqin}/{May}/submission", null, "\"9\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await service.County(Minqin).PostAsync("reports/batch/approval", Selection(May, [Minqin], service.Clock.GetUtcNow()))).ShouldBeAsync(HttpStatusCode.OK);
        await (await service.City.PostAsync("reports/batch/lock", Selection(May, [Minqin], service.Clock.GetUtcNow()))).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(70m, (await OpenAsync("7")).Single(one => one.Region == "620600").Value);
        await (await service.City.PutAsync($"releases/{May}", new { note = "更正" })).ShouldBeAsync(HttpStatusCode.PreconditionRequired, "request.if_match_required");
        await (await service.City.PutAsync($"releases/{May}", new { note = "更正" }, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(80m, (await OpenAsync("7")).Single(one => one.Region == "620600").Value);
        Assert.Equal("suppressed", (await OpenAsync("7")).Single(one => one.Region == Minqin).Status);
        foreach (var sql in new[] { "update release set publish_at = now()", "delete from release", "update release_value set value = 1", "delete from release_value", "truncate release_value", "truncate release cascade" })
        {
            await using var command = service.Database.DataSource.CreateCommand(sql);
            Assert.Equal((PostgresErrorCodes.InsufficientPrivilege, sql), ((await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState, sql));
        }

        service.Clock.SetToday(new(2025, 7, 15));

        async Task<(string Region, decimal? Value, string Status)[]> OpenAsync(string indicator) =>
            [.. (await site.GetJsonAsync($"open/observations/{May}"))["items"]!.AsArray().Where(one => (string)one!["indicator"]! == indicator)
                .Select(one => ((string)one!["region"]!, one["value"].Decimal(), (string)one["status"]!))];

        static object Selection(string period, string[] regions, DateTimeOffset seenUntil, string? returned = null) => new
        {
            period,
            regions,
            seenUntil,
            exceptions = returned is null ? null : new[] { new { indicator = "7", region = Minqin, reason = returned } },
        };
    }

    [Fact]
    public async Task Given_a_wrong_file_When_its_errors_are_asked_for_Then_the_corrected_workbook_can_be_sent_as_it_is()
    {
        var right = $"城镇新增就业人数,古浪县,2022-05,7,,,,\r\n";
        using var workbook = await SendAsync("reports/imports/errors.xlsx", Gulang, $"{right}城镇新增就业人数,古浪县,2022-06,-7,,,,\r\n");
        Assert.Equal(HttpStatusCode.OK, workbook.StatusCode);
        var wrong = await (await SendAsync("reports/imports?mode=dry-run", Gulang, await workbook.Content.ReadAsByteArrayAsync())).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((2, "report.negative", "数值"), Assert.Single(wrong["rows"]!.AsArray()) is { } row ? ((int)row["row"]!, (string)row["code"]!, (string)row["column"]!) : default);
        await (await SendAsync("reports/imports/errors.xlsx", Gulang, right)).ShouldBeAsync(HttpStatusCode.NotFound, "import.no_errors");
        await (await SendAsync("reports/imports?mode=dry-run", Gulang, "x,y\r\n1,2\r\n"u8.ToArray())).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "table.header_unknown");
        await (await SendAsync("reports/imports?mode=dry-run", Gulang, new byte[2 << 20])).ShouldBeAsync(HttpStatusCode.RequestEntityTooLarge, "import.too_large");
        Assert.Empty((await service.County(Gulang).GetJsonAsync("reports?indicator=1&period=2022-05"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Given_a_countys_proposal_When_the_city_returns_and_then_approves_it_Then_targets_are_set_by_two_persons()
    {
        var (path, county, chief) = ($"targets/submissions/{Guid.CreateVersion7()}", service.County(Minqin), service.City);
        await (await county.PutAsync(path, Form(Minqin, 800))).ShouldBeAsync(HttpStatusCode.Created);
        await (await county.PutAsync(path, Form(Minqin, 800))).ShouldBeAsync(HttpStatusCode.OK); // the same again
        await (await county.PutAsync(path, Form(Gulang, 800), "\"1\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.out_of_region");
        await (await county.PutAsync(path, Form("620699", 800), "\"1\"")).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "region.unknown");
        await (await county.PostAsync($"{path}/approval", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "auth.city_approver_only");
        Assert.Empty((await service.County(Tianzhu).GetJsonAsync("targets/submissions"))["items"]!.AsArray());
        Assert.Empty((await chief.GetJsonAsync($"targets?region={Minqin}&indicator=7"))["items"]!.AsArray());

        await (await chief.PostAsync($"{path}/return", new { reason = "低于市级分解数" }, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        await (await chief.PostAsync($"{path}/approval", null, "\"2\"")).ShouldBeAsync(HttpStatusCode.Conflict, "target-submission.decided");
        await (await county.PutAsync(path, Form(Minqin, 900), "\"2\"")).ShouldBeAsync(HttpStatusCode.OK);
        await service.MessagesAsync<TargetChanged>();
        await (await chief.PostAsync($"{path}/approval", null, "\"2\"")).ShouldBeAsync(HttpStatusCode.PreconditionFailed, "request.stale");
        var approved = await (await chief.PostAsync($"{path}/approval", null, "\"3\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(("approved", "indicator-620621", "indicator-620600"), ((string)approved["state"]!, (string)approved["submittedBy"]!, (string)approved["decidedBy"]!));
        Assert.Equal(("7", Minqin, 900m), Assert.Single(await service.MessagesAsync<TargetChanged>()) is var said ? (said.Indicator, said.Region, said.Value!.Value) : default);
        var steps = (await county.GetJsonAsync(path))["steps"]!.AsArray();
        Assert.Equal([("submitted", 800m), ("returned", 800m), ("submitted", 900m), ("approved", 900m)], steps.Select(step => ((string)step!["state"]!, step["cells"]![0]!["value"].Decimal()!.Value)));

        // Nobody approves what is their own, and with the parameter on nobody sets one alone.
        var own = $"targets/submissions/{Guid.CreateVersion7()}";
        await (await chief.PutAsync(own, Form(Minqin, 950, revision: 1))).ShouldBeAsync(HttpStatusCode.Created);
        await (await chief.PostAsync($"{own}/approval", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.Forbidden, "target-submission.own_proposal");
        await (await chief.PutAsync("policy-parameters/targets.second_person/2025-07-01", new { value = 1, verified = false })).ShouldBeAsync(HttpStatusCode.OK);
        await (await chief.PutAsync("targets", new[] { new { indicator = "7", region = Minqin, year = 2024, value = 1000 } })).ShouldBeAsync(HttpStatusCode.Conflict, "target.submission_required");
        using var second = service.ClientFor(TestCaller.Of("indicator") with { Subject = "chief-of-targets" });
        await (await second.PostAsync($"{own}/approval", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(2, (int)(await service.City.GetJsonAsync($"targets?region={Minqin}&indicator=7"))["items"]![0]!["revision"]!);
        await (await chief.PutAsync("policy-parameters/targets.second_person/2025-07-01", new { value = 0, verified = false }, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);

        static object Form(string region, int value, int? revision = null) => new { title = "2024年目标", cells = new[] { new { indicator = "7", region, year = 2024, value, revision } } };
    }

    [Fact]
    public async Task Given_a_county_behind_the_plan_When_it_jumps_after_the_warning_Then_the_warning_clears_and_there_is_a_hint()
    {
        // Eighty a month, as was due; twice as many are due in 2025, and sixty came.
        await service.FoldAsync("training", [.. Months(2021, 48, 80), .. Months(2025, 5, 60)]);
        await (await service.City.PutAsync("targets", Enumerable.Range(2021, 5).Select(year => new { indicator = "10", region = Tianzhu, year, value = year < 2025 ? 960 : 1920 }))).ShouldBeAsync(HttpStatusCode.OK);
        service.Clock.SetToday(new(2025, 6, 2));
        // And any figure may be watched: here, fewer than seventy a month.
        await (await service.City.PutAsync("warnings/rules/few-trainings/2025-01-01", Given.FigureRule("[10]", "below", (50, 70, 10), (80, 60, 20)))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "warning.rule_order");
        await (await service.City.PutAsync("warnings/rules/few-trainings/2025-01-01", Given.FigureRule("[no-such]", "below", (70, 50, 10), (80, 60, 20)))).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "expression.item_unknown");
        await (await service.City.PutAsync("warnings/rules/few-trainings/2025-01-01", Given.FigureRule("[10]", "below", (70, 50, 10), (80, 60, 20)))).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(["few-trainings", "survey-unemployment"], JsonNode.Parse(await service.City.GetStringAsync(new Uri("warnings/rules", UriKind.Relative)))!.AsArray().Select(rule => (string)rule!["code"]!));
        await EvaluateAsync();
        var watched = Assert.Single((await service.County(Tianzhu).GetJsonAsync("warnings?rule=figure"))["items"]!.AsArray())!;
        Assert.Equal(("few-trainings", "yellow", "2025-01", 60m), ((string)watched["subject"]!, (string)watched["level"]!, (string)watched["period"]!, watched["value"].Decimal()));
        var raised = Assert.Single((await service.County(Tianzhu).GetJsonAsync("warnings?rule=plan-progress"))["items"]!.AsArray())!;
        // 4,140 of 3,840 + 1,920 × 5 ÷ 12.
        Assert.Equal((Tianzhu, "10", "yellow", "2025-05", 10.78m), ((string)raised["region"]!, (string)raised["subject"]!, (string)raised["level"]!, (string)raised["period"]!, raised["value"].Decimal()));
        Assert.Empty((await service.County(Gulang).GetJsonAsync("warnings?rule=plan-progress"))["items"]!.AsArray());

        await service.FoldAsync("training", Months(2025, 1, 900, from: 6));
        service.Clock.SetToday(new(2025, 7, 15));
        await EvaluateAsync();
        Assert.True((bool)Assert.Single((await service.County(Tianzhu).GetJsonAsync("warnings?rule=plan-progress"))["items"]!.AsArray())!["cleared"]!);
        Assert.True((bool)Assert.Single((await service.County(Tianzhu).GetJsonAsync("warnings?rule=figure"))["items"]!.AsArray())!["cleared"]!);
        var hint = Assert.Single((await service.County(Tianzhu).GetJsonAsync("quality?year=2025&indicator=10"))["hints"]!.AsArray(), hint => (string)hint!["kind"]! == "jump-after-warning")!;
        Assert.Equal(("2025-06", 1400m, 50m), ((string)hint["period"]!, hint["measured"].Decimal(), hint["limit"].Decimal()));
        await (await service.City.PutAsync("policy-parameters/quality.jump/2025-01-01", new { value = 2000, verified = false })).ShouldBeAsync(HttpStatusCode.OK);
        Assert.DoesNotContain((await service.County(Tianzhu).GetJsonAsync("quality?year=2025&indicator=10"))["hints"]!.AsArray(), hint => (string)hint!["kind"]! == "jump-after-warning");

        static Fact[] Months(int year, int count, int each, int from = 1) => [.. Enumerable.Range(0, count).Select(i => new DateOnly(year, from, 15).AddMonths(i))
            .Select(day => new Fact($"historic-totals/tianzhu-{day:yyyy-MM}", Measures.TrainingPersonTimes, 1, Tianzhu, day, null, each))];
    }

    [Fact]
    public async Task Given_an_indicator_over_others_When_it_is_defined_or_its_parts_change_Then_each_value_is_said_once_and_those_that_look_back_too()
    {
        await service.LockBatchAsync([Report("2021-03", 40), Report("2021-04", 60)]);
        await service.MessagesAsync<ObservationChanged>();
        await DefineAsync("jobs-gain", "[1] - [1]@-1", null);
        Assert.Equal([("2021-04", "620600", 20m), ("2021-04", Gulang, 20m)], (await SaidAsync()).Where(said => said.Indicator == "jobs-gain").Select(said => (said.Period, said.Region, said.Value!.Value)));
        await DefineAsync("twice-the-gain", "2 * [jobs-gain]", null);
        await service.MessagesAsync<ObservationChanged>();

        // A month moves its own gain and that of the month after.
        await service.LockBatchAsync([Report("2021-05", 65)]);
        var moved = await SaidAsync();
        Assert.Equal([("jobs-gain", 5m), ("twice-the-gain", 10m)], moved.Where(said => said.Region == Gulang && said.Indicator.EndsWith("gain", StringComparison.Ordinal))
            .OrderBy(said => said.Indicator, StringComparer.Ordinal).Select(said => (said.Indicator, said.Value!.Value)));
        Assert.All(moved, said => Assert.Equal(moved[0].Revision, said.Revision));

        // Another definition changes what stands on it, at a revision of its own.
        await DefineAsync("jobs-gain", "10 * ([1] - [1]@-1)", "\"1\"");
        var again = await SaidAsync();
        Assert.Equal([100m, 400m], again.Where(said => said.Indicator == "twice-the-gain" && said.Region == Gulang).Select(said => said.Value!.Value).Order());
        Assert.All(again, said => Assert.True(said.Revision > moved[0].Revision));

        // It has targets as the plan's own have.
        await service.MessagesAsync<TargetChanged>();
        await (await service.City.PutAsync($"targets/submissions/{Guid.CreateVersion7()}", new { title = "试", cells = new[] { new { indicator = "no-such", region = Gulang, year = 2025, value = 5 } } })).ShouldBeAsync(HttpStatusCode.UnprocessableEntity, "indicator.unknown");
        var id = Guid.CreateVersion7();
        await (await service.County(Gulang).PutAsync($"targets/submissions/{id}", new { title = "试", cells = new[] { new { indicator = "jobs-gain", region = Gulang, year = 2025, value = 5 } } })).ShouldBeAsync(HttpStatusCode.Created);
        await (await service.City.PostAsync($"targets/submissions/{id}/approval", null, "\"1\"")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(("jobs-gain", 5m, "≥"), Assert.Single(await service.MessagesAsync<TargetChanged>()) is var target ? (target.Indicator, target.Value!.Value, target.Comparator) : default);

        static object Report(string period, int value) => new { indicator = "1", region = Gulang, period, value };

        // Other stories have other years.
        async Task<ObservationChanged[]> SaidAsync() => [.. (await service.MessagesAsync<ObservationChanged>()).Where(said => said.Period.StartsWith("2021", StringComparison.Ordinal))];

        async Task DefineAsync(string code, string expression, string? ifMatch)
        {
            using var answer = await service.City.PutAsync($"indicators/{code}", new
            {
                nameZh = "新增就业环比增量",
                nameEn = "Gain",
                definition = "试",
                expression,
                missing = "skip-if-any",
                unit = "人",
                direction = "up",
                sourceDepartment = "市人社局",
                reason = "试行",
            }, ifMatch);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    private Task<int> EvaluateAsync() => service.Services.GetRequiredService<WarningEvaluation>().RunAsync(CancellationToken.None);

    private Task<HttpResponseMessage> ImportAsync(string region, string mode, string lines) => SendAsync($"reports/imports?mode={mode}", region, lines);

    private async Task<HttpResponseMessage> SendAsync(string path, string region, string lines) =>
        await SendAsync(path, region, [.. await service.City.GetByteArrayAsync(new Uri("reports/imports/template.csv", UriKind.Relative)), .. Encoding.UTF8.GetBytes(lines)]);

    private async Task<HttpResponseMessage> SendAsync(string path, string region, byte[] file)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await service.County(region).PostAsync(new Uri(path, UriKind.Relative), content);
    }
}
