using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wuwei.Outbox.Faults;
using Wuwei.ServiceDefaults;

namespace Wuwei.Outbox.Idempotency;

/// <summary>
/// A request that may name itself with <c>Idempotency-Key</c>: done once, however often it is sent. Bound by minimal APIs: a
/// handler just takes a <c>OnceOnly</c>, enters its transaction with it and keeps its answer before the commit; without a
/// key both do nothing.
/// </summary>
/// <remarks>
/// <para>
/// For POSTs that act. A <c>PUT</c> to an id of the caller's own needs no name; an answer that shows what is masked elsewhere
/// must not be kept (docs/adr/0026-idempotency-keys.md lists who takes none). Keys are each client's own: 1 to 255 visible ASCII
/// characters, otherwise 400.
/// </para>
/// <para>
/// The endpoint hashes method, address and body before the handler reads it. The same key with the same request gets the answer
/// that was given: status, body, <c>ETag</c> and <c>Location</c>, with <c>Idempotent-Replayed: true</c>; with another request 422
/// <c>request.idempotency_mismatch</c>; while the first is under way 409 <c>request.under_way</c>, in whichever replica it is.
/// </para>
/// <para>
/// The answer is kept in the transaction of its effect, so that there is neither without the other, whatever dies when. Refusals
/// are not kept: nothing was done, and they are decided anew. That is why <see cref="EnterAsync"/> comes before anything is read,
/// and <see cref="Keep"/> before the commit: it answers whether there is something to commit for its sake.
/// </para>
/// <para>
/// Kept answers are swept after <c>Outbox:KeepAnswers</c>, two days. Without a key a request costs nothing more; with one a look
/// and a lock that ends with the transaction.
/// </para>
/// </remarks>
/// <example><code>
/// schemes.MapPost("/", HandleAsync).WithIdempotencyKey();
/// …
/// await using var work = await db.BeginAsync(caller.Scope, cancellation);
/// await once.EnterAsync(work);
/// …
/// var answer = TypedResults.Ok(shown);
/// once.Keep(work, answer);
/// await work.CommitAsync();
/// return answer;
/// </code></example>
public sealed class OnceOnly
{
    private static readonly OnceOnly s_unnamed = new(null, "", "", []);

    private readonly HttpContext? _http;
    private readonly string _client, _key;
    private readonly byte[] _request;

    internal OnceOnly(HttpContext? http, string client, string key, byte[] request) =>
        (_http, _client, _key, _request) = (http, client, key, request);

    /// <summary>Finds the request's name, which the endpoint has read before.</summary>
    public static ValueTask<OnceOnly?> BindAsync(HttpContext http) => ValueTask.FromResult<OnceOnly?>(http.Features.Get<OnceOnly>() ?? s_unnamed);

    /// <summary>Begins the transaction of the request. One that is under way or done ends here.</summary>
    /// <exception cref="TwinException">The endpoint answers it.</exception>
    public async Task EnterAsync(UnitOfWork work)
    {
        if (_http is null)
        {
            return;
        }

        var (free, kept) = await work.ReadManyAsync(
            $"select pg_try_advisory_xact_lock(hashtextextended(@client || chr(10) || @key, 5)); {FindSql}",
            new { client = _client, key = _key },
            async rows => (await rows.ReadSingleAsync<bool>(), await rows.ReadSingleOrDefaultAsync<KeptAnswer>()));
        if (kept is not null || !free)
        {
            throw new TwinException(kept);
        }
    }

    /// <summary>Stores the answer with the commit, if it says that something was done; answers whether it did.</summary>
    public bool Keep(UnitOfWork work, IResult answer)
    {
        while (answer is INestedHttpResult nested)
        {
            answer = nested.Result;
        }

        if (_http is null || answer is not IStatusCodeHttpResult { StatusCode: >= 200 and < 300 and var status } || PlantedBug.ForgetAnswers)
        {
            return false;
        }

        work.Write(InsertSql, new
        {
            client = _client,
            key = _key,
            request = _request,
            status = (short)status,
            etag = _http.Response.Headers.ETag.ToString() is { Length: > 0 } etag ? etag : null,
            location = (string?)answer.GetType().GetProperty("Location")?.GetValue(answer),
            body = answer is IValueHttpResult { Value: { } value } ? JsonSerializer.Serialize(value, value.GetType(), Json.Options) : null,
        });
        return true;
    }

    /// <summary>What was answered before, if anything.</summary>
    internal Task<KeptAnswer?> FindAsync(Database db, CancellationToken cancellation) =>
        db.FindAsync<KeptAnswer>(Scope.System("idempotency"), FindSql, new { client = _client, key = _key }, cancellation);

    /// <summary>Whether that was the same request.</summary>
    internal bool Is(KeptAnswer kept) => kept.Request.AsSpan().SequenceEqual(_request);

    private const string FindSql = """
        select request, status, etag, location, body
        from kept_answer
        where client = @client and key = @key
        """;

    private const string InsertSql = """
        insert into kept_answer (client, key, request, status, etag, location, body)
        values (@client, @key, @request, @status, @etag, @location, @body)
        """;
}

/// <summary>An answer as it was given.</summary>
internal sealed record KeptAnswer(byte[] Request, short Status, string? Etag, string? Location, string? Body);

/// <summary>The same request is under way, or was done while this one came.</summary>
public sealed class TwinException : Exception
{
    internal TwinException(KeptAnswer? kept) : base("The same request is under way, or done.") => Kept = kept;

    internal KeptAnswer? Kept { get; }
}
