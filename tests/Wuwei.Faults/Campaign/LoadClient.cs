using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wuwei.Faults.Campaign;

/// <summary>How busy the departments are.</summary>
/// <param name="Seed">The same seed asks for the same changes.</param>
internal sealed record Load(int Seed)
{
    /// <summary>Writers of single records, for each register.</summary>
    public int Writers { get; init; } = 2;

    /// <summary>Writers of batches of departures.</summary>
    public int BatchWriters { get; init; } = 1;

    public int BatchSize { get; init; } = 50;

    /// <summary>Pause of a writer between two attempts.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Pause of a writer of batches between two batches.</summary>
    public TimeSpan BatchPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Pause of a writer of single records while what was struck comes back; null: as before.</summary>
    public TimeSpan? PauseWhileMending { get; init; }
}

/// <summary>What came back for a request.</summary>
internal sealed record Reply(Answer Answer, int Status, string Body);

/// <summary>Departments at work through the gateway, with real tokens. What they attempted and were answered is in <see cref="Log"/>.</summary>
internal sealed class LoadClient : IAsyncDisposable
{
    /// <summary>No call may take longer, whatever is broken.</summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastAcked = new();
    private readonly ConcurrentDictionary<(string Service, int Status), int> _answers = new();
    private readonly ConcurrentQueue<long> _answered = new();
    private readonly List<Writer> _writers = [];
    private readonly Load _load;
    private CancellationTokenSource? _working;
    private Task _work = Task.CompletedTask;
    private long _numbers;
    private int _open;
    private long _facts;

    public LoadClient(Cluster cluster, Load load)
    {
        _load = load;
        _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) })
        {
            BaseAddress = cluster.Gateway,
            Timeout = TimeSpan.FromSeconds(40), // beyond what is allowed, so that it is seen and not cut off
        };
        Tokens = new(_http, cluster.SecretOf);
        Log = new(cluster);
        foreach (var kind in RegisterKind.All)
        {
            for (var i = 0; i < load.Writers; i++)
            {
                _writers.Add(new(this, kind, 0, () => Pause, new(load.Seed * 1000 + _writers.Count)));
            }
        }

        for (var i = 0; i < load.BatchWriters; i++)
        {
            _writers.Add(new(this, RegisterKind.Departures, load.BatchSize, () => load.BatchPause, new(load.Seed * 1000 + _writers.Count)));
        }
    }

    public AttemptLog Log { get; }

    public Tokens Tokens { get; }

    /// <summary>Attempts that have left and are not answered yet.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Attempts that were open just now, at some time in the last moment.</summary>
    public int OpenWithin(TimeSpan moment)
    {
        var from = Stopwatch.GetTimestamp() - (long)(moment.TotalSeconds * Stopwatch.Frequency);
        return Open + _answered.Count(at => at >= from);
    }

    public long Attempts => Volatile.Read(ref _numbers);

    /// <summary>Facts that were acknowledged.</summary>
    public long Facts => Volatile.Read(ref _facts);

    /// <summary>Answers of a service, by status; 0: none came.</summary>
    public IReadOnlyDictionary<int, int> AnswersOf(string service) =>
        _answers.Where(answers => answers.Key.Service == service).ToDictionary(answers => answers.Key.Status, answers => answers.Value);

    /// <summary>A status that is right while something particular is wrong.</summary>
    public int? Understood { get; set; }

    /// <summary>The gateway itself is struck: no answer is no one's fault meanwhile.</summary>
    public bool GatewayIsStruck { get; set; }

    /// <summary>What was struck is coming back; departments may be easier on it.</summary>
    public bool Mending { get; set; }

    private TimeSpan Pause => Mending ? _load.PauseWhileMending ?? _load.Pause : _load.Pause;

    public void Start()
    {
        _working = new();
        _work = Task.WhenAll(_writers.Select(writer => Task.Run(() => writer.WorkAsync(_working.Token))));
    }

    /// <summary>Lets every writer finish what it is at: nothing is open afterwards.</summary>
    public async Task StopAsync()
    {
        if (_working is not null)
        {
            await _working.CancelAsync();
            await _work;
            _working.Dispose();
            _working = null;
        }
    }

    /// <summary>Waits for the first acknowledgement of an attempt that began after an instant.</summary>
    public Task<TimeSpan> AcknowledgesAsync(string service, DateTimeOffset after, int seconds = 90) => Until.TrueAsync(
        () => Task.FromResult(_lastAcked.GetValueOrDefault(service) > after), $"{service} acknowledges writes again", seconds);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Log.DisposeAsync();
        _http.Dispose();
    }

    /// <summary>One request, written down before and after.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="expected">The status that is right when it is no success.</param>
    /// <param name="named">Under a name that was used before.</param>
    /// <param name="before">What the same request was answered then: it must be answered the same again.</param>
    public async Task<Reply> SendAsync(
        RegisterKind kind, string client, IReadOnlyList<Wanted> wanted, Func<HttpRequestMessage> make, int? expected = null, bool named = false, Reply? before = null)
    {
        var token = await Tokens.OfAsync(client);
        var number = Interlocked.Increment(ref _numbers);
        // Asked again, or asked wrongly on purpose: what is wanted then was wanted before, or never.
        await Log.WriteAsync(new(number, DateTimeOffset.UtcNow, kind.Service, expected is null ? wanted : null));
        var (began, clock) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        var (answer, status, body, fault, law) = (Answer.Ambiguous, 0, "", (string?)null, "I8");
        Interlocked.Increment(ref _open);
        try
        {
            using var request = make();
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await _http.SendAsync(request);
            body = await response.Content.ReadAsStringAsync();
            status = (int)response.StatusCode;
            answer = status < 300 ? Answer.Acked
                : status is >= 400 and < 500 and not 429 && !IsUnderWay(status, body) ? Answer.Rejected : Answer.Ambiguous;
            fault = status == Understood ? null : FaultOf(response, body, wanted, expected);
            if (named && answer is not Answer.Ambiguous)
            {
                law = "I4";
                fault = before is { } first && (status, body) != (first.Status, first.Body)
                    ? $"asked again under the same key: {status} {body}; before: {first.Status} {first.Body}" : fault;
            }
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
        {
            fault = GatewayIsStruck ? null : $"no answer: {error.InnerException?.Message ?? error.Message}";
        }
        finally
        {
            _answered.Enqueue(Stopwatch.GetTimestamp());
            Interlocked.Decrement(ref _open);
            if (_answered.Count > 1000)
            {
                _answered.TryDequeue(out _);
            }
        }

        if (clock.Elapsed > LongestCall && !GatewayIsStruck)
        {
            (fault, law) = ($"took {clock.Elapsed.TotalSeconds:0.0} s, status {status} ({fault})", "I8");
        }

        await Log.WriteAsync(new(number, DateTimeOffset.UtcNow, Answer: answer, Status: status, Milliseconds: clock.Elapsed.TotalMilliseconds, Fault: fault, Law: fault is null ? null : law));
        _answers.AddOrUpdate((kind.Service, status), 1, (_, times) => times + 1);
        if (answer is Answer.Acked)
        {
            _lastAcked[kind.Service] = began;
            Interlocked.Add(ref _facts, expected is null ? wanted.Count * kind.Measures.Length : 0);
        }

        return new(answer, status, body);
    }

    /// <summary>One request of a client, which is not written down: what it comes to is looked at by whoever asks.</summary>
    public async Task<HttpResponseMessage> AskAsync(string client, HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Tokens.OfAsync(client));
        return await _http.SendAsync(request);
    }

    /// <summary>Writes down records that came of such a request: acknowledged, like any other.</summary>
    public async Task NoteAsync(RegisterKind kind, IReadOnlyList<Wanted> wanted)
    {
        var number = Interlocked.Increment(ref _numbers);
        await Log.WriteAsync(new(number, DateTimeOffset.UtcNow, kind.Service, wanted));
        await Log.WriteAsync(new(number, DateTimeOffset.UtcNow, Answer: Answer.Acked));
    }

    // Of those that name themselves: the attempt before, which nobody answered, is still being worked at.
    private static bool IsUnderWay(int status, string body) => status == 409 && body.Contains("request.under_way", StringComparison.Ordinal);

    // What may be answered: success; what is right to refuse; and, while something is broken, to come again, saying when.
    private static string? FaultOf(HttpResponseMessage response, string body, IReadOnlyList<Wanted> wanted, int? expected)
    {
        var status = (int)response.StatusCode;
        if (status == 200 && wanted.Count > 1)
        {
            var batch = JsonSerializer.Deserialize<JsonObject>(body)!;
            return batch["refused"]!.GetValue<int>() == 0 ? null : $"refused in a batch: {batch["results"]!.AsArray().First(r => r!["code"] is not null)}";
        }

        if (status is 200 or 201 || status == expected || IsUnderWay(status, body))
        {
            return null;
        }

        var text = body[..Math.Min(body.Length, 500)];
        return status is not (429 or 502 or 503 or 504) ? $"{status} {text}"
            : response.Content.Headers.ContentType?.MediaType != "application/problem+json" ? $"{status} is no problem+json: {text}"
            : response.Headers.RetryAfter is null ? $"{status} without Retry-After: {text}"
            : null;
    }
}
