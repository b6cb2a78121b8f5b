using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Outbox.Operators;

/// <summary>A stored message that could not be sent as it is.</summary>
/// <param name="Position">Its place in the outbox; also the key of the next page.</param>
/// <param name="Reason">Why it can never be sent.</param>
/// <param name="Body">As it was stored.</param>
public sealed record ParkedMessage(
    long Position, Guid MessageId, string MessageType, string Reason, string Body, DateTimeOffset CreatedAt);

/// <summary>Messages that this service stored and could not send.</summary>
internal static class ParkedMessages
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapGet("/parked", ListAsync).WithName("ListParkedMessages");
        group.MapPost("/parked/replay", ReplayAllAsync).WithIdempotencyKey().WithName("ReplayParkedMessages");
        group.MapPost("/parked/{messageId:guid}/replay", ReplayAsync).WithIdempotencyKey().WithName("ReplayParkedMessage")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Parked messages, oldest first.</summary>
    internal static async Task<Ok<IReadOnlyList<ParkedMessage>>> ListAsync(
        Database database, CancellationToken cancellation, long after = 0, int limit = 50) =>
        TypedResults.Ok(await database.ListAsync<ParkedMessage>(
            Scope.System("operators"),
            """
            select position, message_id, message_type, parked_reason as reason, body, created_at
            from outbox_message where parked_reason is not null and position > @after
            order by position limit @limit
            """,
            new { after, limit = Math.Clamp(limit, 1, 500) },
            cancellation));

    /// <summary>Has all parked messages tried again.</summary>
    internal static Task<Ok<Replayed>> ReplayAllAsync(
        OnceOnly once, Caller caller, Database database, OutboxSignal signal, CancellationToken cancellation) =>
        UnparkAsync(null, once, caller, database, signal, cancellation);

    /// <summary>Has one parked message tried again.</summary>
    internal static async Task<Results<Ok<Replayed>, ProblemHttpResult>> ReplayAsync(
        Guid messageId, OnceOnly once, Caller caller, Database database, OutboxSignal signal, CancellationToken cancellation) =>
        await UnparkAsync(messageId, once, caller, database, signal, cancellation) is { Value.Messages: > 0 } answer
            ? answer
            : Answers.UnknownMessage;

    private static async Task<Ok<Replayed>> UnparkAsync(
        Guid? messageId, OnceOnly once, Caller caller, Database database, OutboxSignal signal, CancellationToken cancellation)
    {
        await using var work = await database.BeginAsync(Scope.System("operators"), cancellation);
        await once.EnterAsync(work);
        var answer = TypedResults.Ok(new Replayed(await work.ExecuteAsync(
            """
            update outbox_message set parked_reason = null, attempts = 0
            where parked_reason is not null and (@messageId::uuid is null or message_id = @messageId)
            """,
            new { messageId })));
        if (answer.Value!.Messages > 0)
        {
            work.Audit(caller, new Act("message.replayed", messageId is null ? "messaging/parked" : $"messaging/parked/{messageId}", null, answer.Value));
            once.Keep(work, answer);
            await work.CommitAsync();
            signal.Set();
        }

        return answer;
    }
}
