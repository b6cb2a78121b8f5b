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
        Assert.Equal("request.invalid", (await GetAsync(service.City, "/certified-trainings?occupation=%00")).Code);
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
        { "level", "5", "request.malformed" },
        { "level", "null", "training.level_required" },
        { "certificateKind", "\"training-completion\"", "training.level_unexpected" },
        { "certificateNumber", "\"  \"", "request.invalid" },
        { "certificateNumber", "\"a\\u202eb\"", "request.malformed" },
        { "institution", "[]", "request.malformed" },
        { "startedOn", "\"2025-03-16\"", "training.finished_before_start" },
        { "finishedOn", "\"2025-03-21\"", "training.certified_before_finish" },
        { "certifiedOn", "\"2025-11-02\"", "training.in_future" },
        { "certifiedOn", "\"2025/03/20\"", "request.malformed" },
        { "hours", "0", "request.invalid" },
        { "hours", "99999999999", "request.malformed" },
        { "hours", "\"80\"", "request.malformed" },
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
