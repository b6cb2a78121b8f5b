using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.Contracts.Facts;
using Wuwei.Tables;
using Wuwei.Testing;

namespace Wuwei.Register.Tests;

/// <summary>A register on its own database, and what a record of it looks like.</summary>
/// <param name="name">The service's public name.</param>
/// <param name="records">Path of its records.</param>
public abstract class RegisterService(string name, string records) : ServiceFactory<Program>(name)
{
    /// <summary>A county, and another one.</summary>
    public const string Liangzhou = "620602", Minqin = "620621";

    public string Name { get; } = name;

    public string Records { get; } = records;

    /// <summary>The city's own department.</summary>
    public HttpClient City => field ??= ClientFor(TestCaller.Of(Name));

    public HttpClient County(string region = Liangzhou) => ClientFor(TestCaller.Of(Name, region));

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Clock.Set(new DateTimeOffset(2025, 11, 1, 9, 0, 0, TimeSpan.FromHours(8)));
    }

    /// <summary>A record that the rules allow for a person who has none.</summary>
    public abstract JsonObject Form(TestPerson person, string region = Liangzhou);

    /// <summary>A member that may change without touching a rule, and another value for it.</summary>
    public abstract (string Member, JsonNode Value) Correction { get; }

    /// <summary>A member of each kind, as <see cref="Testing.Attack.BadInput"/> names them.</summary>
    public abstract IReadOnlyDictionary<string, string> Members { get; }

    /// <summary>Most characters of its text.</summary>
    public abstract int LongestText { get; }

    /// <summary>The facts of such a record, in their order.</summary>
    public abstract IReadOnlyList<Fact> Facts(Guid id, JsonObject form, int revision, string personKey);

    /// <summary>What is imported.</summary>
    public Table Table => Services.GetRequiredService<Table>();

    /// <summary>The cells of a record, as someone would fill them in.</summary>
    public string[] TextsOf(JsonObject form) =>
    [
        .. Table.Columns.Select(column => column.Field[1..].Split('/').Aggregate((JsonNode?)form, (node, name) => node?[name]) switch
        {
            null => "",
            JsonValue value when value.TryGetValue<bool>(out var yes) => yes ? "是" : "否",
            var value => value.ToString(),
        }),
    ];

    public string Path(Guid id) => $"{Records}/{id}";

    /// <summary>Records someone new.</summary>
    public async Task<(Guid Id, TestPerson Person, JsonObject Form)> GivenRecordAsync(string region = Liangzhou)
    {
        var (id, person) = (Guid.CreateVersion7(), TestPerson.Next());
        var form = Form(person, region);
        var answer = await PutAsync(City, Path(id), form);
        Assert.True(answer.Status == HttpStatusCode.Created, $"{answer.Status} {answer.Body}");
        return (id, person, form);
    }

    public static JsonObject BatchOf(params IEnumerable<(Guid Id, JsonObject Record)> items) =>
        new() { ["items"] = new JsonArray([.. items.Select(item => new JsonObject { ["id"] = item.Id.ToString(), ["record"] = item.Record.DeepClone() })]) };

    /// <summary>Name of the table of records.</summary>
    public string Rows => Name switch { "training" => "certified_training", "loans" => "loan", _ => "departure" };

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The facts of every stored message, oldest first; each was sent under the service's name.</summary>
    public async Task<IReadOnlyList<Fact>> FactsSentAsync()
    {
        var messages = await MessagesAsync<FactsRecorded>();
        Assert.All(messages, message => Assert.Equal(Name, message.Source));
        return [.. messages.SelectMany(message => message.Facts)];
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        // Two hundred at once wait for fifty connections: on a busy machine for longer than usual.
        builder.UseSetting("ConnectionStrings:database", $"{Database.ServiceConnectionString};Timeout=300;Command Timeout=300");
        builder.UseSetting("PersonalData:EncryptionKey", new string('e', 40));
        builder.UseSetting("PersonalData:LookupKey", new string('l', 40));
        // Small, so that a few rows are many.
        builder.UseSetting("Imports:ChunkRows", "3");
        builder.UseSetting("Imports:Bytes", "1000000");
        builder.UseSetting("Jobs:PollInterval", "00:00:00.100");
        builder.UseSetting("Jobs:Lease", "00:00:03");
        builder.UseSetting("Exports:Rows", "20");
    }
}
