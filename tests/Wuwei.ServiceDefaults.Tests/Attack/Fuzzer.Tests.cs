using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wuwei.Testing.Attack;

namespace Wuwei.ServiceDefaults.Tests.Attack;

/// <summary>The fuzzer itself, at a small service with one mistake at a time.</summary>
public sealed class FuzzerTests
{
    private static readonly ApiDocument s_api = new(
        """
        {
          "paths": { "/things/{id}": { "put": {
            "operationId": "PutThing",
            "parameters": [
              { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
              { "name": "note", "in": "query", "schema": { "type": "string" } }
            ],
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } },
            "responses": { "200": {}, "422": {}, "default": {} }
          } } },
          "components": { "schemas": { "Thing": {
            "type": "object", "required": [ "name", "count", "parts" ],
            "properties": { "name": { "type": "string" }, "count": { "type": "integer" }, "parts": { "type": "array", "items": { "type": "string" } } }
          } } }
        }
        """);

    /// <summary>A mistake, and when it shows.</summary>
    private static readonly Dictionary<string, Func<Thing, HttpRequestMessage, HttpResponseMessage?>> s_mistakes = new()
    {
        ["falls over a null"] = (thing, _) => thing.Body is JsonObject body && body.ContainsKey("name") && body["name"] is null ? Answer(500) : null,
        ["falls over NUL"] = (thing, _) => thing.Text.Contains("\\u0000", StringComparison.Ordinal) ? Answer(500) : null,
        ["overflows"] = (thing, _) => thing.Text.Contains("9223372036854775808", StringComparison.Ordinal) ? Answer(500) : null,
        ["falls over cut JSON"] = (thing, _) => thing.Body is null && thing.Text.StartsWith('{') ? Answer(500) : null,
        ["falls over an inner null"] = (thing, _) => thing.Text.Contains("\"parts\":[null]", StringComparison.Ordinal) ? Answer(500) : null,
        ["refuses in HTML"] = (thing, _) => thing.Body is JsonArray ? Answer(400, "<h1>no</h1>", "text/html") : null,
        ["refuses without a code"] = (thing, _) => thing.Text.Contains("isAdmin", StringComparison.Ordinal) ? Answer(400, """{"title":"no"}""") : null,
        ["answers what is not documented"] = (thing, _) => thing.Body is JsonObject body && !body.ContainsKey("count") ? Answer(418) : null,
        ["shows its stack"] = (thing, _) => thing.Body is JsonObject body && !body.ContainsKey("parts") ? Answer(400, """{"code":"x","detail":"   at Thing.Put()"}""") : null,
        ["falls over a parameter"] = (_, request) => request.RequestUri!.Query.Contains("%27", StringComparison.Ordinal) ? Answer(500) : null,
        ["falls over a segment"] = (_, request) => request.RequestUri!.AbsolutePath.Contains("2025-13", StringComparison.Ordinal) ? Answer(500) : null,
        ["takes two at once badly"] = (thing, _) => thing.Body is JsonObject body && body["name"]?.GetValueKind() is JsonValueKind.Object
            && body["count"]?.GetValueKind() is JsonValueKind.Array ? Answer(500) : null,
    };

    public static TheoryData<string> Mistakes => [.. s_mistakes.Keys];

    [Fact]
    public async Task Given_a_service_without_a_mistake_When_attacked_Then_there_is_no_complaint() =>
        Assert.Empty(await AttackAsync(null));

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Given_a_service_with_a_mistake_When_attacked_Then_it_is_found(string mistake) =>
        Assert.NotEmpty(await AttackAsync(s_mistakes[mistake]));

    private static async Task<List<string>> AttackAsync(Func<Thing, HttpRequestMessage, HttpResponseMessage?>? mistake)
    {
        using var client = new HttpClient(new ThingService(mistake)) { BaseAddress = new("http://thing.test/") };
        var right = s_api.Example(s_api.Operations.Single(), new Dictionary<string, string> { ["id"] = "1", ["note"] = "n" });
        List<string> complaints = [];
        foreach (var request in Fuzzer.Around(right).Concat(Fuzzer.Pairs(right, seed: 7, count: 20_000)))
        {
            if (Fuzzer.Complaint(request, await request.SendAsync(client)) is { } complaint)
            {
                complaints.Add(complaint);
            }
        }

        return complaints;
    }

    private static HttpResponseMessage Answer(int status, string text = """{"code":"thing.refused"}""", string type = "application/problem+json") =>
        new((HttpStatusCode)status) { Content = new StringContent(text, Encoding.UTF8, type) };

    private sealed record Thing(string Text, JsonNode? Body);

    private sealed class ThingService(Func<Thing, HttpRequestMessage, HttpResponseMessage?>? mistake) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var text = Encoding.UTF8.GetString(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
            JsonNode? body = null;
            try
            {
                body = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false });
            }
            catch (JsonException)
            {
                // Refused below.
            }

            return mistake?.Invoke(new(text, body), request)
                ?? (body is JsonObject thing && thing.Count == 3 && thing["name"]?.GetValueKind() is JsonValueKind.String ? Answer(200, "{}", "application/json") : Answer(422));
        }
    }
}
