using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wuwei.Testing.Attack;

/// <summary>
/// Sends what nobody should: around a request that is right, one thing at a time is made wrong, then two. Whatever comes,
/// a service answers by its document: never 5xx, every refusal a problem with a code, no status that is not documented.
/// </summary>
public static class Fuzzer
{
    // Statuses that every document's "default" stands for.
    private static readonly HashSet<int> s_refusals = [400, 401, 403, 413, 415, 429];

    private static readonly string[] s_texts =
    [
        "", " ", "　", "x", "0", "-1", "null", "true", new('长', 5000), "a\0b", "\ud800", "‮txt", "​", "𠮷😀", "'; drop table loan; --", "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0", "${jndi:ldap://x}", "../../etc/passwd", "%00", "620602", "999999999", "2025-02-30", "2025-13", "9999-12-31", "0001-01-01",
        "00000000-0000-0000-0000-000000000000", "12345678901234567890", "1e309", "a\r\nSet-Cookie: x=y",
    ];

    // As JSON: what a member may be replaced by.
    private static readonly string[] s_values =
    [
        "null", "true", "0", "-1", "-0.0", "1.5", "1e309", "2147483648", "9223372036854775808", "0.1234567890123456789", "[]", "{}", "[null]", "[[]]", "{\"a\":1}",
        .. s_texts.Select(text => text == "\ud800" ? "\"\\ud800\"" : JsonSerializer.Serialize(text)),
    ];

    private static readonly (string Change, byte[] Body)[] s_bodies =
    [
        ("no content", []),
        ("null", "null"u8.ToArray()),
        ("an array", "[]"u8.ToArray()),
        ("a number", "1"u8.ToArray()),
        ("a text", "\"x\""u8.ToArray()),
        ("deep", Encoding.UTF8.GetBytes(new string('[', 5000))),
        ("not UTF-8", [0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D]),
    ];

    /// <summary>
    /// What is tried on a service: around a right request, and pairs. In the long tier all of it; else every third, which of
    /// them differs from operation to operation and from member to member.
    /// </summary>
    public static IEnumerable<ApiRequest> Tried(ApiRequest right, int seed)
    {
        var all = Around(right).Concat(Pairs(right, seed, 150));
        var turn = right.Operation.Id.Sum(letter => letter) % 3;
        return Environment.GetEnvironmentVariable("WUWEI_LONG") is "1" ? all : all.Where((_, at) => at == 0 || at % 3 == turn);
    }

    /// <summary>Everything that is tried around a request: each member and parameter with each value, and the body as a whole.</summary>
    public static IEnumerable<ApiRequest> Around(ApiRequest right)
    {
        yield return right;
        foreach (var parameter in right.Operation.Parameters.Where(p => p.In is "path" or "query"))
        {
            // An empty path segment is another address; NUL in a path gets no further than the server.
            foreach (var text in s_texts.Where(text => text != "\ud800" && (parameter.In == "query" || (text.Length > 0 && !text.Contains('\0')))))
            {
                var change = $"{parameter.Name} = {JsonSerializer.Serialize(text.Length > 50 ? text[..50] : text)}";
                yield return parameter.In == "path"
                    ? right with { Path = With(right.Path, parameter.Name, text), Change = change }
                    : right with { Query = With(right.Query, parameter.Name, text), Change = change };
            }
        }

        if (right.Body is null)
        {
            yield break;
        }

        foreach (var (change, body) in s_bodies)
        {
            yield return right with { Body = body, Change = $"body: {change}" };
        }

        foreach (var type in new[] { "text/plain", "application/xml", "application/json; charset=gbk", "multipart/form-data; boundary=x", "nonsense" })
        {
            yield return right with { ContentType = type, Change = $"content type {type}" };
        }

        for (var cut = 1; cut < right.Body.Length; cut += Math.Max(1, right.Body.Length / 7))
        {
            yield return right with { Body = right.Body[..cut], Change = $"cut after {cut} bytes" };
        }

        // A file is no JSON.
        foreach (var (change, body) in right.Operation.BodySchema is null ? [] : Changes(right.Body))
        {
            yield return right with { Body = Encoding.UTF8.GetBytes(body), Change = change };
        }
    }

    /// <summary>Two wrong things at once, drawn by a seed.</summary>
    public static IEnumerable<ApiRequest> Pairs(ApiRequest right, int seed, int count)
    {
        if (right.Operation.BodySchema is null || right.Body is null)
        {
            yield break;
        }

        var random = new Random(seed);
        var root = JsonNode.Parse(right.Body)!;
        for (var i = 0; i < count; i++)
        {
            var first = Change(root, random);
            var second = Parsed(first.Body) is { } changed ? Change(changed, random) : first;
            yield return right with { Body = Encoding.UTF8.GetBytes(second.Body), Change = $"{first.Change}, {second.Change} (seed {seed}, {i})" };
        }
    }

    /// <summary>Why the answer breaks the contract; null: it keeps it.</summary>
    public static string? Complaint(ApiRequest request, ApiAnswer answer)
    {
        var problem = answer.Status switch
        {
            >= 500 => "a server error",
            >= 400 when answer.MediaType != "application/problem+json" => $"a refusal as {answer.MediaType ?? "nothing"}",
            >= 400 when Code(answer.Text) is not { Length: > 0 } => "a refusal without a code",
            _ when answer.Text.Contains("   at ", StringComparison.Ordinal) => "a stack trace",
            _ when IsDocumented(request, answer.Status) => null,
            _ => "a status that is not documented",
        };
        return problem is null ? null : $"{request}: {problem}: {answer.Status} {(answer.Text.Length > 300 ? answer.Text[..300] : answer.Text)}";
    }

    private static bool IsDocumented(ApiRequest request, int status) =>
        request.Operation.Statuses.Contains($"{status}")
        || (request.Operation.Statuses.Contains("default") && s_refusals.Contains(status))
        || (status == 404 && request.Operation.Path.Contains('{')); // a segment that fits no route

    private static string? Code(string text) => Parsed(text) is JsonObject problem ? (string?)problem["code"] : null;

    private static IEnumerable<(string Change, string Body)> Changes(byte[] body)
    {
        var root = JsonNode.Parse(body)!;
        foreach (var place in Places(root, "").ToArray())
        {
            if (place.Parent is null)
            {
                continue;
            }

            foreach (var value in s_values)
            {
                yield return ($"{place.Pointer} = {(value.Length > 50 ? value[..50] : value)}", Replaced(root, place.Pointer, value));
            }

            if (place.Parent is JsonObject)
            {
                yield return ($"without {place.Pointer}", Replaced(root, place.Pointer, null));
            }
        }

        var text = root.ToJsonString();
        if (root is JsonObject { Count: > 0 } all)
        {
            var first = all.First();
            yield return ("a member nobody knows", $"{{\"isAdmin\":true,{text[1..]}");
            yield return ("a member twice", $"{{{JsonSerializer.Serialize(first.Key)}:{first.Value?.ToJsonString() ?? "null"},{text[1..]}");
            yield return ("a comma too many", $"{text[..^1]},}}");
            yield return ("a comment", $"/* x */{text}");
        }
    }

    private static IEnumerable<(string Pointer, JsonNode? Parent)> Places(JsonNode? node, string pointer, JsonNode? parent = null)
    {
        yield return (pointer, parent);
        var inner = node switch
        {
            JsonObject members => members.Select(member => (Name: member.Key, member.Value)),
            JsonArray items => items.Take(1).Select((item, i) => (Name: $"{i}", Value: item)),
            _ => [],
        };
        foreach (var (name, value) in inner)
        {
            foreach (var place in Places(value, $"{pointer}/{name}", node))
            {
                yield return place;
            }
        }
    }

    // Null: without it. As text, since a node cannot hold everything that may be sent.
    private static string Replaced(JsonNode root, string pointer, string? value)
    {
        const string Mark = "fuzzed-7f3a";
        var copy = root.DeepClone();
        var names = pointer.Split('/')[1..];
        var parent = names[..^1].Aggregate(copy, (node, name) => node is JsonArray array ? array[int.Parse(name, null)]! : node[name]!);
        if (parent is JsonArray items)
        {
            items[int.Parse(names[^1], null)] = Mark;
        }
        else if (value is null)
        {
            parent.AsObject().Remove(names[^1]);
        }
        else
        {
            parent[names[^1]] = Mark;
        }

        return copy.ToJsonString().Replace($"\"{Mark}\"", value, StringComparison.Ordinal);
    }

    private static (string Change, string Body) Change(JsonNode root, Random random)
    {
        var places = Places(root, "").Where(place => place.Parent is not null).ToArray();
        if (places.Length == 0)
        {
            return ("as it was", root.ToJsonString());
        }

        var place = places[random.Next(places.Length)];
        var value = random.Next(s_values.Length + 1) is var at && at < s_values.Length ? s_values[at] : null;
        return value is null && place.Parent is JsonObject ? ($"without {place.Pointer}", Replaced(root, place.Pointer, null))
            : ($"{place.Pointer} = {value ?? "null"}", Replaced(root, place.Pointer, value ?? "null"));
    }

    private static JsonNode? Parsed(string body)
    {
        try
        {
            var node = JsonNode.Parse(body);
            _ = node?.ToJsonString(); // reads what was only looked over: a lone surrogate, a member twice
            return node;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> values, string name, string value) =>
        new(values) { [name] = value };
}
