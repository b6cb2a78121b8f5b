using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.ServiceDefaults;

namespace Wuwei.Outbox.Idempotency;

/// <summary>Endpoints whose requests may name themselves.</summary>
public static class IdempotencyKeys
{
    public static readonly Refusal Malformed = new(
        "request.idempotency_key", "Idempotency-Key 须为 1 到 255 个可见的 ASCII 字符。", StatusCodes.Status400BadRequest);

    public static readonly Refusal OtherRequest = new(
        "request.idempotency_mismatch", "这个 Idempotency-Key 已用于另一个请求。", StatusCodes.Status422UnprocessableEntity);

    public static readonly Refusal UnderWay = new("request.under_way", "同一请求正在处理，请稍后重试。");

    private const int InMemory = 32 * 1024 * 1024; // no body is written to a disk

    extension<TBuilder>(TBuilder endpoints) where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>
        /// Lets requests name themselves with <c>Idempotency-Key</c>. The same name and request: the answer that was given,
        /// with <c>Idempotent-Replayed: true</c>; the same name for another request: 422; while the first is under way: 409.
        /// Refusals are not kept: nothing was done. The handler takes a <see cref="OnceOnly"/>.
        /// </summary>
        public TBuilder WithIdempotencyKey()
        {
            endpoints.WithMetadata(new TakesIdempotencyKey());
            endpoints.Add(endpoint =>
            {
                var handle = endpoint.RequestDelegate!;
                endpoint.RequestDelegate = http => http.Request.Headers.ContainsKey(TakesIdempotencyKey.Header) ? InvokeAsync(http, handle) : handle(http);
            });
            return endpoints;
        }
    }

    private static async Task InvokeAsync(HttpContext http, RequestDelegate handle)
    {
        if (http.Request.Headers[TakesIdempotencyKey.Header] is not [{ Length: > 0 and <= 255 } key] || key.Any(character => character is <= ' ' or > '~'))
        {
            await Malformed.ToProblem().ExecuteAsync(http);
            return;
        }

        var once = new OnceOnly(http, Caller.From(http.User).Subject, key, await HashAsync(http.Request, http.RequestAborted));
        http.Features.Set(once);
        var kept = await once.FindAsync(http.RequestServices.GetRequiredService<Database>(), http.RequestAborted);
        if (kept is null)
        {
            try
            {
                await handle(http);
                return;
            }
            catch (TwinException twin) when (!http.Response.HasStarted)
            {
                kept = twin.Kept;
            }
        }

        await AnswerAsync(http, kept, once);
    }

    private static Task AnswerAsync(HttpContext http, KeptAnswer? kept, OnceOnly once)
    {
        if (kept is null)
        {
            http.Response.Headers.RetryAfter = "1";
            return UnderWay.ToProblem().ExecuteAsync(http);
        }

        if (!once.Is(kept))
        {
            return OtherRequest.ToProblem().ExecuteAsync(http);
        }

        http.Response.StatusCode = kept.Status;
        http.Response.Headers[TakesIdempotencyKey.ReplayedHeader] = "true";
        http.Response.Headers.ETag = kept.Etag;
        http.Response.Headers.Location = kept.Location;
        if (kept.Body is null)
        {
            return Task.CompletedTask;
        }

        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(kept.Body, http.RequestAborted);
    }

    private static async Task<byte[]> HashAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        request.EnableBuffering(InMemory);
        var buffer = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellation)) > 0)
        {
            hash.AppendData(buffer.AsSpan(0, read));
        }

        request.Body.Position = 0;
        return hash.GetHashAndReset();
    }
}
