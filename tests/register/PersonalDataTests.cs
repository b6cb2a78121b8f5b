using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Wuwei.ServiceDefaults.Personal;
using Wuwei.Testing;

namespace Wuwei.Register.Tests;

/// <summary>Who sees a person unmasked, and how stored persons come under another key.</summary>
public sealed class PersonalDataTests(Service service) : IClassFixture<Service>
{
    private static readonly JsonObject s_reason = new() { ["reason"] = "核对申领人身份" };

    [Fact]
    public async Task Given_a_record_When_someone_who_may_gives_a_reason_Then_the_person_is_shown_and_it_is_kept_who_looked()
    {
        var (id, person, _) = await service.GivenRecordAsync();
        using var revealer = Revealer("620602");
        using var answer = await revealer.PostAsync(new Uri($"{service.Path(id)}/reveal", UriKind.Relative), JsonContent(s_reason));
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

        Assert.Equal((HttpStatusCode.OK, "no-store"), (answer.StatusCode, answer.Headers.CacheControl!.ToString()));
        Assert.Equal((person.NationalId, person.Name, person.Phone), ((string)body["nationalId"]!, (string)body["name"]!, (string)body["phone"]!));
        using var auditor = service.ClientFor(TestCaller.Auditor);
        var act = Assert.Single((await GetAsync(auditor, $"/audit/entries?record={service.Records[1..]}/{id}&action=person.revealed")).Body!["items"]!.AsArray())!;
        Assert.Equal(($"{service.Name}-620602", "核对申领人身份"), ((string)act["subject"]!, (string)act["after"]!["reason"]!));
    }

    [Fact]
    public async Task Given_anyone_else_or_no_reason_When_asked_Then_nothing_is_shown()
    {
        var (id, person, _) = await service.GivenRecordAsync();
        using var clerk = service.County();
        using var stranger = service.ClientFor(TestCaller.Of(service.Name == "loans" ? "training" : "loans") with { Roles = ["revealer"] });
        using var auditor = service.ClientFor(TestCaller.Auditor with { Roles = ["auditor", "revealer"] });
        using var neighbour = Revealer(RegisterService.Minqin);
        using var revealer = Revealer("620602");
        foreach (var (client, body, status) in new[]
        {
            (clerk, s_reason, HttpStatusCode.Forbidden), (stranger, s_reason, HttpStatusCode.Forbidden), (auditor, s_reason, HttpStatusCode.Forbidden),
            (neighbour, s_reason, HttpStatusCode.NotFound), (revealer, new JsonObject { ["reason"] = " " }, HttpStatusCode.BadRequest), (revealer, new JsonObject(), HttpStatusCode.BadRequest),
        })
        {
            var answer = await PostAsync(client, $"{service.Path(id)}/reveal", body);
            Assert.Equal(status, answer.Status);
            Assert.DoesNotContain(person.NationalId, answer.Body!.ToJsonString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Given_a_limit_When_more_persons_are_looked_at_at_once_Then_no_more_are_shown_than_it_says()
    {
        var (id, _, _) = await service.GivenRecordAsync();
        using var limited = With(("PersonalData:RevealsPerHour", "5"));
        using var client = limited.CreateClient();
        client.DefaultRequestHeaders.Authorization = TokenOf(new($"curious-{Guid.NewGuid():N}", service.Name, "620600", ["revealer"], [$"{service.Name}.write"]));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(client, $"{service.Path(id)}/reveal", s_reason)));
        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer =>
            Assert.Equal((HttpStatusCode.TooManyRequests, "person.too_many_reveals"), (answer.Status, answer.Code)));
        using var refused = await client.PostAsync(new Uri($"{service.Path(id)}/reveal", UriKind.Relative), JsonContent(s_reason));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 3000, 3600);
    }

    [Fact]
    public async Task Given_a_new_key_When_an_operator_rotates_while_records_are_written_and_corrected_Then_the_new_key_alone_opens_everything()
    {
        var old = new List<(Guid Id, TestPerson Person, JsonObject Form)>();
        for (var i = 0; i < 6; i++)
        {
            old.Add(await service.GivenRecordAsync());
        }

        // A row of a file that came back to its sender, and a file that waits.
        var protector = service.Services.GetRequiredService<PersonalDataProtector>();
        await using (var insert = service.Database.DataSource.CreateCommand(
            "with part as (insert into import_file (job_id, part, content) values (@job, 0, @content)) insert into import_row (job_id, row_number, texts) values (@job, 2, @texts)"))
        {
            insert.Parameters.AddWithValue("job", Guid.Empty);
            insert.Parameters.AddWithValue("texts", protector.Encrypt("[]", "import_row.texts", $"{Guid.Empty}/2"));
            insert.Parameters.AddWithValue("content", protector.Encrypt("a,b", "import_file.content", $"{Guid.Empty}/0"));
            await insert.ExecuteNonQueryAsync();
        }

        using var rotated = With(("PersonalData:EncryptionKey", new string('n', 40)), ("PersonalData:EncryptionKeyId", "2"), ("PersonalData:RetiredEncryptionKeys:1", new string('e', 40)));
        using var city = rotated.CreateClient();
        city.DefaultRequestHeaders.Authorization = TokenOf(TestCaller.Of(service.Name));
        using var op = rotated.CreateClient();
        op.DefaultRequestHeaders.Authorization = TokenOf(TestCaller.Operator);
        var writing = Task.WhenAll(
            [
                .. Enumerable.Range(0, 10).Select(async _ =>
                    Assert.Equal(HttpStatusCode.Created, (await PutAsync(city, service.Path(Guid.CreateVersion7()), service.Form(TestPerson.Next()))).Status)),
                .. old.Take(3).Select(async record =>
                {
                    record.Form[service.Correction.Member] = service.Correction.Value.DeepClone();
                    Assert.Equal(HttpStatusCode.OK, (await PutAsync(city, service.Path(record.Id), record.Form, "\"1\"")).Status);
                }),
            ]);
        var resealed = 0;
        do
        {
            resealed += await RotateAsync(op);
        }
        while (!writing.IsCompleted);
        await writing;

        Assert.True(resealed >= 4, $"{resealed} sealed."); // three records and a row, which nobody else stored anew
        Assert.Equal(0, await RotateAsync(op));
        var alone = new PersonalDataProtector(Options.Create(new PersonalDataOptions { EncryptionKey = new string('n', 40), EncryptionKeyId = 2, LookupKey = new string('l', 40) }));
        var table = service.Records switch { "/loans" => "loan", "/departures" => "departure", _ => "certified_training" };
        Assert.All(await StoredAsync($"select {table}_id::text, person from {table}"), row => alone.Decrypt(row.Value, $"{table}.person", row.Place));
        Assert.All(await StoredAsync("select concat(job_id, '/', row_number), texts from import_row"), row => alone.Decrypt(row.Value, "import_row.texts", row.Place));
        Assert.All(await StoredAsync("select concat(job_id, '/', part), content from import_file"), part => alone.Decrypt(part.Value, "import_file.content", part.Place));
        foreach (var ((id, person, _), revision) in old.Select((record, i) => (record, i < 3 ? 2 : 1)))
        {
            var read = await GetAsync(city, service.Path(id));
            Assert.Equal((person.MaskedId, revision), ((string)read.Body!["person"]!["nationalId"]!, (int)read.Body["revision"]!));
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(city, "/personal-data/rotation", new JsonObject())).Status);

        // Back again, for the tests after this one.
        using var back = With(("PersonalData:RetiredEncryptionKeys:2", new string('n', 40)));
        using var restorer = back.CreateClient();
        restorer.DefaultRequestHeaders.Authorization = op.DefaultRequestHeaders.Authorization;
        Assert.True(await RotateAsync(restorer) >= 17);
    }

    // As ./wuwei rotate does it: part by part, until a pass finds nothing.
    private static async Task<int> RotateAsync(HttpClient client)
    {
        var (resealed, left, after) = (0, 0, (JsonNode?)null);
        do
        {
            left = after is null ? 0 : left;
            var part = await PostAsync(client, "/personal-data/rotation", new JsonObject { ["after"] = after?.DeepClone() });
            Assert.Equal(HttpStatusCode.OK, part.Status);
            var now = (int)part.Body!["sealed"]!;
            (resealed, left, after) = (resealed + now, left + now + (int)part.Body["busy"]!, part.Body["next"]);
        }
        while (after is not null || left > 0);
        return resealed;
    }

    private async Task<IReadOnlyList<(string Place, byte[] Value)>> StoredAsync(string sql)
    {
        await using var command = service.Database.DataSource.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        var values = new List<(string, byte[])>();
        while (await rows.ReadAsync())
        {
            values.Add((rows.GetString(0), rows.GetFieldValue<byte[]>(1)));
        }

        return values;
    }

    private HttpClient Revealer(string region) => service.ClientFor(TestCaller.Of(service.Name, region) with { Roles = ["revealer"] });

    private AuthenticationHeaderValue TokenOf(TestCaller caller) => new("Bearer", TestTokens.Issue(caller, service.Audience));

    private WebApplicationFactory<Program> With(params (string Key, string Value)[] settings) => service.WithWebHostBuilder(builder =>
    {
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    });

    private static System.Net.Http.Json.JsonContent JsonContent(JsonNode body) => System.Net.Http.Json.JsonContent.Create(body);
}
