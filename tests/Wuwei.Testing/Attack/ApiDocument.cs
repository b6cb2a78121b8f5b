using System.Text;
using System.Text.Json.Nodes;

namespace Wuwei.Testing.Attack;

/// <summary>An operation of a service, as its OpenAPI document describes it.</summary>
/// <param name="Path">As in the document, e.g. <c>/loans/{id}</c>.</param>
/// <param name="BodySchema">Null: it takes no body.</param>
/// <param name="Statuses">Documented ones; <c>default</c> among them when there is one.</param>
public sealed record ApiOperation(
    string Id, HttpMethod Method, string Path, IReadOnlyList<ApiParameter> Parameters, JsonNode? BodySchema, IReadOnlySet<string> Statuses)
{
    public override string ToString() => $"{Method} {Path}";
}

/// <param name="In"><c>path</c>, <c>query</c> or <c>header</c>.</param>
public sealed record ApiParameter(string Name, string In, bool Required, JsonNode Schema);

/// <summary>A request that may be sent again and again.</summary>
public sealed record ApiRequest(ApiOperation Operation, IReadOnlyDictionary<string, string> Path, IReadOnlyDictionary<string, string> Query, byte[]? Body)
{
    public string ContentType { get; init; } = "application/json";

    /// <summary>The revision that it changes, e.g. <c>"1"</c> in quotes; null: none.</summary>
    public string? IfMatch { get; init; }

    /// <summary>What was done to it; for the message of a failure.</summary>
    public string Change { get; init; } = "as it should be";

    public async Task<ApiAnswer> SendAsync(HttpClient client)
    {
        var address = new StringBuilder(Operation.Path.TrimStart('/'));
        foreach (var (name, value) in Path)
        {
            address.Replace($"{{{name}}}", Uri.EscapeDataString(value));
        }

        var separator = '?';
        foreach (var (name, value) in Query)
        {
            address.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        using var request = new HttpRequestMessage(Operation.Method, new Uri(address.ToString(), UriKind.Relative));
        if (IfMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", IfMatch);
        }

        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        using var response = await client.SendAsync(request);
        return new((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
    }

    public override string ToString() => $"{Operation}, {Change}";
}

/// <summary>What came back.</summary>
public sealed record ApiAnswer(int Status, string? MediaType, string Text);

/// <summary>A service's OpenAPI document, for those who attack it.</summary>
public sealed class ApiDocument
{
    private readonly JsonNode _document;

    public ApiDocument(string json)
    {
        _document = JsonNode.Parse(json)!;
        Operations = [.. from path in _document["paths"]!.AsObject()
                         from operation in path.Value!.AsObject()
                         where operation.Key is "get" or "put" or "post" or "delete" or "patch"
                         select Operation(path.Key, operation.Key, operation.Value!)];
    }

    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <summary>A request that fits the document.</summary>
    /// <param name="values">Of parameters, by name.</param>
    /// <param name="body">The body; when absent, one is made up from its schema.</param>
    /// <exception cref="InvalidOperationException">A parameter that must be there has no value.</exception>
    public ApiRequest Example(ApiOperation operation, IReadOnlyDictionary<string, string> values, JsonNode? body = null) => new(
        operation,
        operation.Parameters.Where(p => p.In == "path").ToDictionary(p => p.Name, p => values.TryGetValue(p.Name, out var value) ? value
            : throw new InvalidOperationException($"{operation} needs a value for {p.Name}.")),
        operation.Parameters.Where(p => p.In == "query" && values.ContainsKey(p.Name)).ToDictionary(p => p.Name, p => values[p.Name]),
        operation.BodySchema is null ? null : Encoding.UTF8.GetBytes((body ?? Make(operation.BodySchema)).ToJsonString()));

    private ApiOperation Operation(string path, string method, JsonNode operation) => new(
        (string)operation["operationId"]!,
        new(method.ToUpperInvariant()),
        path,
        [.. (operation["parameters"]?.AsArray() ?? []).Select(p => new ApiParameter(
            (string)p!["name"]!, (string)p["in"]!, (bool?)p["required"] ?? false, Resolve(p["schema"]!)))],
        operation["requestBody"]?["content"]?["application/json"]?["schema"],
        operation["responses"]!.AsObject().Select(r => r.Key).ToHashSet());

    private JsonNode Resolve(JsonNode schema) => schema["$ref"] is { } reference
        ? _document["components"]!["schemas"]![((string)reference!).Split('/')[^1]]!
        : schema;

    // The least that fits; the services' own rules may want more, for which tests bring a body of their own.
    private JsonNode Make(JsonNode schema)
    {
        schema = Resolve(schema);
        if (schema["enum"] is JsonArray { Count: > 0 } choices)
        {
            return choices[0]!.DeepClone();
        }

        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray options)
        {
            return Make(options.First(option => (string?)option!["type"] != "null")!);
        }

        var type = schema["type"] is JsonArray types ? (string)types.First(t => (string)t! != "null")! : (string?)schema["type"];
        return type switch
        {
            "object" => new JsonObject((schema["required"]?.AsArray() ?? [])
                .Select(name => KeyValuePair.Create((string)name!, (JsonNode?)Make(schema["properties"]![(string)name!]!)))),
            "array" => new JsonArray(Make(schema["items"]!)),
            "boolean" => false,
            "integer" => (int?)schema["minimum"] ?? 1,
            "number" => 1.5,
            _ => (string?)schema["format"] switch
            {
                "uuid" => Guid.CreateVersion7().ToString(),
                "date" => "2025-03-01",
                "date-time" => "2025-03-01T08:00:00+08:00",
                _ => "x",
            },
        };
    }
}
