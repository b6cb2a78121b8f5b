using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

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
        group.MapPost("/parked/replay", ReplayAllAsync).WithName("ReplayParkedMessages");
        group.MapPost("/parked/{messageId:guid}/replay", ReplayAsync).WithName("ReplayParkedMessage")
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
    internal static async Task<Ok<Replayed>> ReplayAllAsync(Database database, OutboxSignal signal, CancellationToken cancellation) =>
        TypedResults.Ok(new Replayed(await UnparkAsync(null, database, signal, cancellation)));

    /// <summary>Has one parked message tried again.</summary>
    internal static async Task<Results<Ok<Replayed>, ProblemHttpResult>> ReplayAsync(
        Guid messageId, Database database, OutboxSignal signal, CancellationToken cancellation) =>
        await UnparkAsync(messageId, database, signal, cancellation) is > 0 and var count
            ? TypedResults.Ok(new Replayed(count))
            : Answers.UnknownMessage;

    private static async Task<int> UnparkAsync(Guid? messageId, Database database, OutboxSignal signal, CancellationToken cancellation)
    {
        await using var work = await database.BeginAsync(Scope.System("operators"), cancellation);
        var count = await work.ExecuteAsync(
            """
            update outbox_message set parked_reason = null, attempts = 0
            where parked_reason is not null and (@messageId::uuid is null or message_id = @messageId)
            """,
            new { messageId });
        await work.CommitAsync();
        signal.Set();
        return count;
    }
}
