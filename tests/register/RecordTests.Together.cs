using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.Outbox;
using Wuwei.Register.Persons;

namespace Wuwei.Register.Tests;

// Many changes together: in a batch, or at the same time.
public sealed partial class RecordTests
{
    [Fact]
    public async Task Given_good_and_bad_items_When_sent_as_a_batch_Then_it_does_what_single_requests_would()
    {
        _ = await service.FactsSentAsync();
        var people = Enumerable.Range(0, 6).Select(_ => TestPerson.Next()).ToArray();
        var ids = people.Select(_ => Guid.CreateVersion7()).ToArray();
        var forms = people.Select(person => service.Form(person)).ToArray();
        forms[1]["person"]!["nationalId"] = "622301198603151017";
        forms[2]["region"] = "110101";
        // The third again under another id: the rule must see the item before it.
        var twin = Guid.CreateVersion7();
        var asked = ids.Zip(forms).Append((twin, forms[3])).ToArray();

        var batch = await PostAsync(service.City, $"{service.Records}/batch", Service.BatchOf(asked));

        var results = batch.Body!["results"]!.AsArray();
        Assert.Equal((4, 3), ((int)batch.Body["accepted"]!, (int)batch.Body["refused"]!));
        Assert.Equal(["created", "refused", "refused", "created", "created", "created", "refused"], results.Select(result => (string)result!["status"]!));
        Assert.Equal("person.id_checksum", (string?)results[1]!["code"]);
        Assert.Equal("/person/nationalId", (string?)results[1]!["pointer"]);
        Assert.Equal(
            new[] { 0, 3, 4, 5 }.SelectMany(i => service.Facts(ids[i], forms[i], 1, KeyOf(people[i]))),
            await service.FactsSentAsync());
        for (var i = 0; i < asked.Length; i++)
        {
            var single = await PutAsync(service.City, service.Path(asked[i].Item1), asked[i].Item2);
            Assert.Equal((string?)results[i]!["code"], single.Code);
            Assert.Equal((string?)results[i]!["status"] == "refused", !((int)single.Status < 400));
        }

        var again = await PostAsync(service.City, $"{service.Records}/batch", Service.BatchOf(asked));
        Assert.Equal(4, again.Body!["results"]!.AsArray().Count(result => (string)result!["status"]! == "unchanged" && (int)result["revision"]! == 1));
        Assert.Empty(await service.FactsSentAsync());
    }

    [Fact]
    public async Task Given_a_record_When_a_batch_corrects_it_Then_it_must_say_which_revision()
    {
        var (id, _, form) = await service.GivenRecordAsync();
        form[service.Correction.Member] = service.Correction.Value.DeepClone();
        var batch = Service.BatchOf((id, form));

        async Task<string?> SendAsync() =>
            (string?)(await PostAsync(service.City, $"{service.Records}/batch", batch)).Body!["results"]![0]!["status"];

        Assert.Equal("refused", await SendAsync());
        batch["items"]![0]!["revision"] = 9;
        Assert.Equal("refused", await SendAsync());
        batch["items"]![0]!["revision"] = 1;
        Assert.Equal("corrected", await SendAsync());
        Assert.Equal("unchanged", await SendAsync());
    }

    [Theory]
    [InlineData("""{"items":null}""", "request.malformed")]
    [InlineData("""{"items":{}}""", "request.malformed")]
    [InlineData("""{"items":[]}""", "request.invalid")]
    [InlineData("""{"items":[{"id":"1","record":null}]}""", "request.malformed")]
    [InlineData("""{"items":[{"id":"01932f3e-7a00-7000-8000-000000000001"}]}""", "request.malformed")]
    [InlineData("""{"items":[{"id":"01932f3e-7a00-7000-8000-000000000001","record":null}]}""", "request.malformed")]
    [InlineData("""{"items":[{"id":"01932f3e-7a00-7000-8000-000000000001","record":{},"more":1}]}""", "request.malformed")]
    public async Task Given_a_batch_that_cannot_be_When_sent_Then_it_is_refused_as_a_whole(string text, string code) =>
        Assert.Equal(code, (await PostTextAsync(service.City, $"{service.Records}/batch", text)).Code);

    [Fact]
    public async Task Given_a_record_When_one_batch_changes_it_twice_Then_the_last_content_is_one_new_revision()
    {
        var (id, person, form) = await service.GivenRecordAsync();
        var other = (JsonObject)form.DeepClone();
        other[service.Correction.Member] = service.Correction.Value.DeepClone();
        var back = (JsonObject)form.DeepClone();
        back["synthetic"] = false;
        var batch = Service.BatchOf((id, other), (id, other), (id, back));
        (batch["items"]![0]!["revision"], batch["items"]![2]!["revision"]) = (1, 2);
        _ = await service.FactsSentAsync();

        var answer = await PostAsync(service.City, $"{service.Records}/batch", batch);

        Assert.Equal(["corrected", "unchanged", "corrected"], answer.Body!["results"]!.AsArray().Select(result => (string)result!["status"]!));
        Assert.Equal(service.Facts(id, back, 2, KeyOf(person)), await service.FactsSentAsync());
        Assert.Equal("\"2\"", (await PutAsync(service.City, service.Path(id), back)).ETag);
    }

    [Fact]
    public async Task Given_people_in_common_When_batches_in_opposite_order_meet_Then_nobody_waits_for_ever()
    {
        var people = Enumerable.Range(0, 100).Select(_ => TestPerson.Next()).ToArray();
        var forward = people.Select(person => (Guid.CreateVersion7(), service.Form(person))).ToArray();
        var backward = people.Select(person => (Guid.CreateVersion7(), service.Form(person))).Reverse().ToArray();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => PostAsync(service.City, $"{service.Records}/batch", Service.BatchOf(i % 2 == 0 ? forward : backward))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        // Whoever came first has all; the same batch again finds its own records, the other batch nothing but refusals.
        Assert.Equal(1, answers.Count(answer => answer.Body!["results"]!.AsArray().All(result => (string)result!["status"]! == "created")));
        Assert.Equal(3, answers.Count(answer => answer.Body!["results"]!.AsArray().All(result => (string)result!["status"]! == "refused")));
    }

    [Fact]
    public async Task Given_one_new_id_When_two_hundred_send_it_at_once_Then_it_is_one_record()
    {
        var (id, form) = (Guid.CreateVersion7(), service.Form(TestPerson.Next()));
        _ = await service.FactsSentAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => PutAsync(service.City, service.Path(id), form)));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(199, answers.Count(answer => answer.Status == HttpStatusCode.OK && answer.ETag == "\"1\""));
        Assert.Equal(service.Facts(id, form, 1, "").Count, (await service.FactsSentAsync()).Count);
    }

    [Fact]
    public async Task Given_one_new_id_for_different_people_When_sent_at_once_Then_one_wins_and_the_others_are_told()
    {
        var id = Guid.CreateVersion7();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => PutAsync(service.City, service.Path(id), service.Form(TestPerson.Next()))));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(19, answers.Count(answer => answer.Code == "request.if_match_required"));
    }

    // A plan made while there are few rows is kept; a first file of thousands would be compared with all of the table.
    [Fact]
    public async Task Given_few_records_When_what_a_guard_holds_is_looked_for_Then_by_indexes()
    {
        var register = service.Services.GetRequiredService<IPersons>();
        const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;
        var sql = (string)register.GetType().GetProperty("ReadSql", Hidden)!.GetValue(register)!;
        var asked = register.GetType().GetMethod("Arguments", Hidden)!.Invoke(register, [new[] { Guid.NewGuid() }, Array.Empty<string>()]);
        await using var work = await service.Services.GetRequiredService<Database>().BeginAsync(Scope.System("test"), CancellationToken.None);

        await work.ExecuteAsync(Guard.HoldSql, new { locks = Array.Empty<string>() });

        var plan = string.Join('\n', await work.ListAsync<string>($"explain {sql}", asked));
        Assert.Contains("Index", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }
}
