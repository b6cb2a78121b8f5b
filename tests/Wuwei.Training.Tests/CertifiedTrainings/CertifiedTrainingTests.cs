using System.Net;
using System.Text.Json.Nodes;
using Wuwei.Register.Tests;

namespace Wuwei.Training.Tests.CertifiedTrainings;

public sealed class CertifiedTrainingTests(TrainingService service) : IClassFixture<TrainingService>
{
    [Fact]
    public async Task Given_two_trainings_this_year_When_two_hundred_ask_for_the_third_Then_one_gets_it()
    {
        var person = TestPerson.Next();
        _ = await PutAsync(service.City, service.Path(Guid.CreateVersion7()), service.Another(person, 1));
        _ = await PutAsync(service.City, service.Path(Guid.CreateVersion7()), service.Another(person, 2));
        _ = await service.FactsSentAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => PutAsync(
            service.City, service.Path(Guid.CreateVersion7()), service.Another(person, 3 + i % 7, i % 2 == 0 ? RegisterService.Liangzhou : RegisterService.Minqin))));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer =>
            Assert.Contains(answer.Code, new[] { "training.too_many_in_year", "training.certified_before" }));
        Assert.Equal(3, await service.ScalarAsync<long>("select max(n) from (select count(*) n from certified_training where cancelled_reason is null group by person_key) t"));
        Assert.Single(await service.FactsSentAsync());
    }

    [Fact]
    public async Task Given_one_occupation_and_level_When_two_hundred_ask_at_once_Then_one_gets_it()
    {
        var person = TestPerson.Next();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => PutAsync(
            service.City, service.Path(Guid.CreateVersion7()), service.Form(person))));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(199, answers.Count(answer => answer.Code == "training.certified_before"));
    }

    [Fact]
    public async Task Given_one_certificate_number_When_it_comes_for_different_people_at_once_Then_one_is_recorded()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
        {
            var form = service.Form(TestPerson.Next());
            form["certificateNumber"] = "同一张证书";
            return PutAsync(service.City, service.Path(Guid.CreateVersion7()), form);
        }));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(19, answers.Count(answer => answer.Code == "training.certificate_taken"));
    }

    [Fact]
    public async Task Given_a_certificate_number_When_it_comes_in_another_spelling_Then_it_is_the_same_number()
    {
        var (_, _, form) = await service.GivenRecordAsync();
        var number = (string)form["certificateNumber"]!;
        var other = service.Form(TestPerson.Next());
        other["certificateNumber"] = $" ｙ{number[1..5]} {number[5..]}\u200b";

        Assert.Equal("training.certificate_taken", (await PutAsync(service.City, service.Path(Guid.CreateVersion7()), other)).Code);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("甘培字{0}号")]
    [InlineData("62-{0}-2025")]
    public async Task Given_a_certificate_numbered_by_its_holders_identity_When_recorded_Then_it_is_shown_masked_and_nowhere_in_clear(string pattern)
    {
        var (id, person) = (Guid.CreateVersion7(), TestPerson.Next());
        var form = service.Form(person);
        form["certificateNumber"] = string.Format(null, pattern, person.NationalId);

        var created = await PutAsync(service.City, service.Path(id), form);
        var again = await PutAsync(service.City, service.Path(id), form);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (created.Status, again.Status));
        Assert.Equal(string.Format(null, pattern, person.MaskedId), (string?)created.Body!["certificateNumber"]);
        Assert.Equal(string.Format(null, pattern, person.MaskedId), (string?)(await GetAsync(service.City, service.Path(id))).Body!["certificateNumber"]);
        var stored = await service.ScalarAsync<string>(
            $"select t::text || (select string_agg(key, ' ') from guard) || (select string_agg(body::text, ' ') from outbox_message) from certified_training t where certified_training_id = '{id}'");
        Assert.DoesNotContain(person.NationalId, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(person.NationalId[6..], stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_the_fifteen_digits_of_before_in_a_certificate_number_When_recorded_Then_it_is_the_number_with_eighteen()
    {
        var person = TestPerson.Next();
        var (old, now) = (service.Another(person, 2), service.Another(person, 4));
        (old["certificateNumber"], now["certificateNumber"]) = ($"{person.NationalId[..6]}{person.NationalId[8..17]}", person.NationalId);

        var created = await PutAsync(service.City, service.Path(Guid.CreateVersion7()), old);

        Assert.Equal(person.MaskedId, (string?)created.Body!["certificateNumber"]);
        Assert.Equal("training.certificate_taken", (await PutAsync(service.City, service.Path(Guid.CreateVersion7()), now)).Code);
    }

    [Fact]
    public async Task Given_numbers_handed_on_When_one_batch_does_it_Then_it_is_done()
    {
        var (a, _, first) = await service.GivenRecordAsync();
        var (b, _, second) = await service.GivenRecordAsync();
        var spare = (JsonObject)first.DeepClone();
        spare["certificateNumber"] = $"{first["certificateNumber"]}-旧";
        (first["certificateNumber"], second["certificateNumber"]) = ((string)second["certificateNumber"]!, (string)first["certificateNumber"]!);
        var batch = RegisterService.BatchOf((a, spare), (b, second), (a, first));
        (batch["items"]![0]!["revision"], batch["items"]![1]!["revision"], batch["items"]![2]!["revision"]) = (1, 1, 2);

        var answer = await PostAsync(service.City, "/certified-trainings/batch", batch);

        Assert.Equal(["corrected", "corrected", "corrected"], answer.Body!["results"]!.AsArray().Select(result => (string)result!["status"]!));
        Assert.Equal((string?)first["certificateNumber"], (string?)(await GetAsync(service.City, service.Path(a))).Body!["certificateNumber"]);
        Assert.Equal((string?)second["certificateNumber"], (string?)(await GetAsync(service.City, service.Path(b))).Body!["certificateNumber"]);
    }

    [Fact]
    public async Task Given_the_database_When_two_trainings_that_count_have_one_number_Then_it_refuses_at_the_end_of_the_transaction()
    {
        var (id, _, form) = await service.GivenRecordAsync();
        _ = await service.GivenRecordAsync();

        var error = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => service.ScalarAsync<object>(
            $"update certified_training set certificate_number = '{form["certificateNumber"]}' where certified_training_id <> '{id}' and cancelled_reason is null returning 1"));

        Assert.Equal(Npgsql.PostgresErrorCodes.ExclusionViolation, error.SqlState);
    }

    [Fact]
    public async Task Given_a_person_trained_elsewhere_When_this_county_records_the_same_Then_it_is_not_told_where()
    {
        var (_, person, _) = await service.GivenRecordAsync(RegisterService.Minqin);
        using var liangzhou = service.County();

        var answer = await PutAsync(liangzhou, service.Path(Guid.CreateVersion7()), service.Form(person));

        Assert.Equal("training.certified_before", answer.Code);
        Assert.DoesNotContain("6206", answer.Body!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(person.NationalId, answer.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_four_trainings_of_a_person_in_one_batch_When_sent_Then_the_fourth_is_refused()
    {
        var person = TestPerson.Next();

        var answer = await PostAsync(service.City, "/certified-trainings/batch", RegisterService.BatchOf(
            new[] { 4, 2, 6, 8 }.Select(month => (Guid.CreateVersion7(), service.Another(person, month)))));

        Assert.Equal([null, null, null, "training.too_many_in_year"], answer.Body!["results"]!.AsArray().Select(result => (string?)result!["code"]));
    }

    [Fact]
    public async Task Given_a_cancelled_training_When_the_same_is_recorded_anew_Then_it_stands()
    {
        var (id, _, form) = await service.GivenRecordAsync();
        _ = await PostAsync(service.City, $"{service.Path(id)}/cancellation", new JsonObject { ["reason"] = "登记错误" }, "\"1\"");

        Assert.Equal(HttpStatusCode.Created, (await PutAsync(service.City, service.Path(Guid.CreateVersion7()), form)).Status);
    }

    [Fact]
    public async Task Given_trainings_When_filtered_by_occupation_Then_only_those_are_listed()
    {
        var (id, _, _) = await service.GivenRecordAsync("620622100");

        Assert.Contains(id.ToString(), (await GetAsync(service.City, "/certified-trainings?region=620622&occupation=4-10-01-05")).Body!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(id.ToString(), (await GetAsync(service.City, "/certified-trainings?region=620622&occupation=4-04-05-02")).Body!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("request.invalid", (await GetAsync(service.City, "/certified-trainings?occupation=x")).Code);
    }

    public static TheoryData<string, string, string> BadTrainings => new()
    {
        { "person", """{"nationalId":"6206O2199207081023","name":"张三"}""", "person.id_charset" },
        { "person", """{"nationalId":"","name":"张三"}""", "person.id_length" },
        { "person", """{"nationalId":"622301198603151016","name":""}""", "person.name" },
        { "person", """{"name":"张三"}""", "request.malformed" },
        { "region", "\"110101\"", "training.unknown_region" },
        { "region", "null", "request.malformed" },
        { "occupation", "\"4-4-5-2\"", "training.occupation" },
        { "occupation", "\"9-04-05-02\"", "training.occupation" },
        { "occupation", "4040502", "request.malformed" },
        { "occupationName", "\"\"", "request.invalid" },
        { "occupationName", $"\"{new string('工', 51)}\"", "request.invalid" },
        { "level", "\"五级\"", "request.malformed" },
        { "level", "null", "training.level_required" },
        { "certificateKind", "\"training-completion\"", "training.level_unexpected" },
        { "certificateNumber", "\"  \"", "request.invalid" },
        { "certificateNumber", "\"a\\u202eb\"", "request.malformed" },
        { "institution", "[]", "request.malformed" },
        { "startedOn", "\"2025-03-16\"", "training.finished_before_start" },
        { "finishedOn", "\"2025-03-21\"", "training.certified_before_finish" },
        { "hours", "0", "training.hours" },
        { "hours", "5001", "training.hours" },
        { "hours", "8.5", "request.malformed" },
        { "hours", "151", "training.too_many_hours" },
        { "certificateNumber", "\"\\u200b\"", "training.certificate_number" },
        { "certificateNumber", "\"622301198603151016\"", "training.certificate_number_of_another" },
        { "institution", "\"身份证622301198603151016\"", "request.id_number" },
        { "subsidised", "\"yes\"", "request.malformed" },
        { "$type", "\"x\"", "request.malformed" },
    };

    [Theory]
    [MemberData(nameof(BadTrainings))]
    public async Task Given_a_training_that_cannot_be_When_sent_Then_it_is_refused_and_nothing_is_stored(string member, string json, string code)
    {
        var (id, form) = (Guid.CreateVersion7(), service.Form(TestPerson.Next()));
        form.Remove(member);

        var answer = await PutTextAsync(service.City, service.Path(id), $"{form.ToJsonString()[..^1]},\"{member}\":{json}}}");

        Assert.Equal(code, answer.Code);
        Assert.InRange((int)answer.Status, 400, 422);
        Assert.Equal(0, await service.ScalarAsync<long>($"select count(*) from certified_training where certified_training_id = '{id}'"));
    }
}
