using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Wuwei.Testing.Attack;

/// <summary>A line of the list of bad input (<c>tests/vectors/bad-input.json</c>).</summary>
/// <param name="Cases">What is sent.</param>
/// <param name="Tests">Names of the tests that try it otherwise.</param>
/// <param name="Not">Why it cannot come.</param>
/// <param name="Note">Why the answer is this one.</param>
public sealed record BadLine(int Line, string What, IReadOnlyList<BadCase>? Cases, IReadOnlyList<string>? Tests, string? Not, string? Note);

/// <summary>One thing that is sent, and its answer.</summary>
public sealed record BadCase
{
    public string? What { get; init; }

    /// <summary>The request that is right and is spoilt: write, batch, twins, correction, locked, list, read, import; or gateway.</summary>
    public required string To { get; init; }

    /// <summary>Services that it is sent to; null: each of <see cref="BadInput.Services"/>.</summary>
    public IReadOnlyList<string>? Of { get; init; }

    /// <summary>Members of the body and their JSON.</summary>
    public IReadOnlyDictionary<string, string>? Set { get; init; }

    /// <summary>The whole body; {valid} is the right one, {open} that without its last brace, {first} its first member.</summary>
    public string? Body { get; init; }

    public string? Method { get; init; }

    public string? Path { get; init; }

    public string? Query { get; init; }

    /// <summary>Empty: none.</summary>
    public string? ContentType { get; init; }

    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Whose caller it is; null: the city's.</summary>
    public string? County { get; init; }

    /// <summary>For a socket of the gateway's: {host} and {token} are filled in, the head's line breaks are those of HTTP.</summary>
    public string? Raw { get; init; }

    /// <summary>The answer comes when the sender has been silent, or nearly so, for too long.</summary>
    public bool Slow { get; init; }

    /// <summary>A byte now and then, instead of nothing.</summary>
    public bool Drip { get; init; }

    /// <summary>A file: csv or xlsx, with one row.</summary>
    public string? File { get; init; }

    /// <summary>A file of <see cref="Files.HostileFiles"/>.</summary>
    public string? Hostile { get; init; }

    public string? FileName { get; init; }

    public string? Encoding { get; init; }

    /// <summary>Cells of the row, by member.</summary>
    public IReadOnlyDictionary<string, string>? Cells { get; init; }

    public required int Status { get; init; }

    public string? Code { get; init; }

    /// <summary>Where the answer says it is.</summary>
    public string? Pointer { get; init; }

    /// <summary>What is in the answer's detail, a job's message or a row's advice.</summary>
    public string? Detail { get; init; }

    /// <summary>Code of what is wrong with the file's row; null: it is taken.</summary>
    public string? Row { get; init; }

    /// <summary>Members of the answer; {/pointer} stands for what was sent there.</summary>
    public IReadOnlyDictionary<string, string>? Then { get; init; }

    /// <summary>What is nowhere in the answer, headers and all.</summary>
    public string? Without { get; init; }
}

/// <summary>A request that is right, to be spoilt.</summary>
public sealed record RightRequest(HttpMethod Method, string Path, JsonNode? Body, TestCaller Caller);

/// <summary>Everything that callers send that is wrong: each line of the list, as far as it can come, tried on one service.</summary>
/// <param name="service">Public name.</param>
/// <param name="members">Members of the body that it writes: <c>{text}</c>, <c>{number}</c>, <c>{date}</c>, <c>{choice}</c>.</param>
/// <param name="longest">Most characters of the text.</param>
/// <param name="right">Makes a new request that is right, by its name.</param>
/// <param name="client">A client of the service for a caller.</param>
/// <param name="stored">What the service has stored, as text: refused, it stays the same.</param>
/// <param name="import">Tries a file, and says what it complains of.</param>
public sealed partial class BadInput(
    string service, IReadOnlyDictionary<string, string> members, int longest, Func<string, Task<RightRequest>> right,
    Func<TestCaller, HttpClient> client, Func<Task<string>> stored, Func<BadCase, Task<string?>>? import = null)
{
    /// <summary>Who has cases of every service.</summary>
    public static readonly IReadOnlyList<string> Services = ["indicator", "training", "loans", "labour-transfer", "assessment"];

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>The list.</summary>
    public static IReadOnlyList<BadLine> Lines { get; } = Read();

    /// <summary>Tries every case of the service.</summary>
    /// <returns>What is not as the list says.</returns>
    public async Task<IReadOnlyList<string>> TryAsync()
    {
        var complaints = new List<string>();
        foreach (var (line, one) in Lines.SelectMany(line => (line.Cases ?? []).Select(one => (line, one)))
            .Where(pair => pair.one.To != "gateway" && (pair.one.Of ?? Services).Contains(service)))
        {
            var whole = one.To == "import" ? null : await right(one.To);
            var before = await stored();
            var complaint = whole is null ? await import!(Named(one)) : await SendAsync(whole, Named(one));
            if (complaint is null && one.Status >= 400 && await stored() is var after && after != before)
            {
                complaint = $"something was stored: {before} → {after}";
            }

            if (complaint is not null)
            {
                complaints.Add($"{line.Line} {one.What ?? line.What} ({one.To} {one.Body ?? string.Join(' ', one.Set ?? one.Cells ?? one.Headers ?? new Dictionary<string, string>())}{one.Path}{one.Query}{one.Hostile}): {complaint}");
            }
        }

        return complaints;
    }

    /// <summary>What an answer has of its own, whatever it refuses; null: nothing is wrong with it.</summary>
    public static string? Complaint(BadCase one, int status, string? mediaType, string headers, string text)
    {
        if (status != one.Status)
        {
            return $"{status} {Short(text)}";
        }

        if (one.Without is { } secret && (text.Contains(secret, StringComparison.Ordinal) || headers.Contains(secret, StringComparison.Ordinal)))
        {
            return $"the answer has {secret}";
        }

        var answer = text.Length > 0 ? JsonNode.Parse(text) : null;
        if (status >= 400)
        {
            return mediaType != "application/problem+json" ? $"a refusal as {mediaType}"
                : (string?)answer!["code"] != one.Code ? $"code {answer["code"]}"
                : ((string)answer["title"]!).All(char.IsAscii) ? $"title {answer["title"]}"
                : answer["traceId"] is null ? "no trace id"
                : text.Contains("   at ", StringComparison.Ordinal) ? "a stack trace"
                : one.Pointer is { } pointer && (string?)answer["errors"]?[0]?["pointer"] != pointer ? $"at {answer["errors"]?[0]?["pointer"]}"
                : one.Detail is { } detail && ((string?)answer["detail"])?.Contains(detail, StringComparison.Ordinal) is not true ? $"detail {answer["detail"]}"
                : null;
        }

        return mediaType != "application/json" ? $"an answer as {mediaType}"
            : (one.Then ?? new Dictionary<string, string>()).Where(then => !JsonNode.DeepEquals(JsonNode.Parse(then.Value), At(answer, then.Key)))
                .Select(then => $"{then.Key} is {At(answer, then.Key)?.ToJsonString()}").FirstOrDefault();
    }

    /// <summary>A text in which ⟨a×3⟩ is aaa.</summary>
    public static string Repeated(string text) => Repetition().Replace(
        text, match => string.Concat(Enumerable.Repeat(match.Groups["text"].Value, int.Parse(match.Groups["times"].Value, CultureInfo.InvariantCulture))));

    private async Task<string?> SendAsync(RightRequest whole, BadCase one)
    {
        using var http = client(one.County is null ? whole.Caller : whole.Caller with { Region = one.County });
        using var request = new HttpRequestMessage(one.Method is null ? whole.Method : new(one.Method), new Uri(
            (one.Path ?? whole.Path) + (one.Query is null ? "" : $"?{one.Query}"), UriKind.Relative));
        if (whole.Body is not null && one.Body != "" || one.Body is { Length: > 0 })
        {
            request.Content = new ByteArrayContent(Bytes(BodyOf(one, whole.Body)));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", one.ContentType ?? "application/json");
            if (one.ContentType == "")
            {
                request.Content.Headers.ContentType = null;
            }
        }
        else if (whole.Body is not null && one.Method is null)
        {
            request.Content = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        foreach (var (name, value) in one.Headers ?? new Dictionary<string, string>())
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await http.SendAsync(request);
        return Complaint(
                one with { Then = one.Then?.ToDictionary(then => then.Key, then => then.Value.StartsWith("{/", StringComparison.Ordinal) ? At(whole.Body, then.Value[1..^1])!.ToJsonString() : then.Value) },
                (int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, $"{answer.Headers}{answer.Content.Headers}", await answer.Content.ReadAsStringAsync())
            ?? (one.Status == 405 && answer.Content.Headers.Allow.Count == 0 ? "it does not say which methods there are" : null);
    }

    // The names of members that the service has in place of {text} and its like.
    private BadCase Named(BadCase one)
    {
        string Fill(string text)
        {
            foreach (var (name, pointer) in members)
            {
                text = text.Replace(name, pointer, StringComparison.Ordinal);
            }

            return Repeated(text.Replace("{max}", $"{longest}", StringComparison.Ordinal).Replace("{over}", $"{longest + 1}", StringComparison.Ordinal));
        }

        IReadOnlyDictionary<string, string>? FillAll(IReadOnlyDictionary<string, string>? texts) => texts?.ToDictionary(pair => Fill(pair.Key), pair => Fill(pair.Value));

        return one with
        {
            Set = FillAll(one.Set),
            Then = FillAll(one.Then),
            Cells = FillAll(one.Cells),
            Pointer = one.Pointer is null ? null : Fill(one.Pointer),
            Body = one.Body is null ? null : Repeated(one.Body),
            FileName = one.FileName is null ? null : Repeated(one.FileName),
        };
    }

    private static string BodyOf(BadCase one, JsonNode? right)
    {
        if (one.Body is { } body)
        {
            var valid = right?.ToJsonString() ?? "";
            return right is JsonObject { Count: > 0 } members
                ? body.Replace("{valid}", valid, StringComparison.Ordinal).Replace("{open}", valid[..^1], StringComparison.Ordinal)
                    .Replace("{first}", new JsonObject { [members.First().Key] = members.First().Value?.DeepClone() }.ToJsonString()[1..^1], StringComparison.Ordinal)
                : body;
        }

        // As text, since a node cannot hold everything that is sent.
        var marks = new Dictionary<string, string>();
        var changed = right!.DeepClone();
        foreach (var (pointer, value) in one.Set ?? new Dictionary<string, string>())
        {
            var mark = $"\"mark-{marks.Count}\"";
            marks[mark] = value.Contains("{CHOICE}", StringComparison.Ordinal)
                ? value.Replace("{CHOICE}", ((string)At(right, pointer)!).ToUpperInvariant(), StringComparison.Ordinal)
                : value;
            Put(changed, pointer.Split('/')[1..], JsonNode.Parse(mark));
        }

        return marks.Aggregate(changed.ToJsonString(), (text, mark) => text.Replace(mark.Key, mark.Value, StringComparison.Ordinal));
    }

    private static void Put(JsonNode node, string[] path, JsonNode? value)
    {
        foreach (var name in path[..^1])
        {
            node = node is JsonArray among ? among[int.Parse(name, CultureInfo.InvariantCulture)]! : node[name]!;
        }

        if (node is not JsonArray items)
        {
            node[path[^1]] = value;
        }
        else if (int.Parse(path[^1], CultureInfo.InvariantCulture) is var at && at < items.Count)
        {
            items[at] = value;
        }
        else
        {
            items.Add(value);
        }
    }

    private static JsonNode? At(JsonNode? node, string pointer) => pointer.Split('/')[1..].Aggregate(
        node, (inner, name) => inner is JsonArray items ? items[int.Parse(name, CultureInfo.InvariantCulture)] : inner?[name]);

    private static byte[] Bytes(string text) =>
        [.. Hex().Split(text).SelectMany((part, i) => i % 2 == 0 ? Encoding.UTF8.GetBytes(part) : Convert.FromHexString(part))];

    private static string Short(string text) => text.Length > 300 ? text[..300] : text;

    private static IReadOnlyList<BadLine> Read()
    {
        using var file = typeof(BadInput).Assembly.GetManifestResourceStream("bad-input.json")!;
        return JsonSerializer.Deserialize<BadList>(file, s_options)!.Lines;
    }

    private sealed record BadList(string About, IReadOnlyList<BadLine> Lines);

    [GeneratedRegex("⟨(?<text>[^×⟩]+)×(?<times>[0-9]+)⟩")]
    private static partial Regex Repetition();

    [GeneratedRegex("⟨hex:([0-9a-f]+)⟩")]
    private static partial Regex Hex();
}
