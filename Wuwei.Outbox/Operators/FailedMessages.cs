using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using RabbitMQ.Client.Exceptions;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Broker;
using Wuwei.ServiceDefaults;

namespace Wuwei.Outbox.Operators;

/// <summary>Messages that this service received and could not handle.</summary>
internal static class FailedMessages
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapGet("/queues", ListQueuesAsync).WithName("ListQueues");
        group.MapGet("/queues/{queue}/failed", ListAsync).WithName("ListFailedMessages")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/queues/{queue}/failed/replay", ReplayAllAsync).WithName("ReplayFailedMessages")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/queues/{queue}/failed/{messageId:guid}/replay", ReplayAsync).WithName("ReplayFailedMessage")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>The queues of this service.</summary>
    internal static Ok<IReadOnlyList<string>> ListQueuesAsync(Listening listening) => TypedResults.Ok(listening.Queues);

    /// <summary>The oldest messages in a queue's error queue; they stay there.</summary>
    internal static Task<Results<Ok<IReadOnlyList<FailedMessage>>, ProblemHttpResult>> ListAsync(
        string queue, Listening listening, BrokerAddress broker, CancellationToken cancellation, int limit = 50) =>
        AskAsync(queue, listening, broker, async failed => TypedResults.Ok(await failed.PeekAsync(Math.Clamp(limit, 1, 500), cancellation)), cancellation);

    /// <summary>Gives every failed message back to its queue.</summary>
    internal static Task<Results<Ok<Replayed>, ProblemHttpResult>> ReplayAllAsync(
        string queue, Caller caller, Database database, Listening listening, BrokerAddress broker, CancellationToken cancellation) =>
        AskForReplayAsync(queue, null, caller, database, listening, broker, cancellation);

    /// <summary>Gives one failed message back to its queue.</summary>
    internal static async Task<Results<Ok<Replayed>, ProblemHttpResult>> ReplayAsync(
        string queue, Guid messageId, Caller caller, Database database, Listening listening, BrokerAddress broker, CancellationToken cancellation)
    {
        var answer = await AskForReplayAsync(queue, messageId.ToString(), caller, database, listening, broker, cancellation);
        return answer.Result is Ok<Replayed> { Value.Messages: 0 }
            ? Answers.UnknownMessage
            : answer;
    }

    // The broker's part is no transaction: what is asked for is written down first, so that nothing is done unseen.
    private static Task<Results<Ok<Replayed>, ProblemHttpResult>> AskForReplayAsync(
        string queue, string? messageId, Caller caller, Database database, Listening listening, BrokerAddress broker, CancellationToken cancellation) =>
        AskAsync(queue, listening, broker, async failed =>
        {
            await using (var work = await database.BeginAsync(Scope.System("operators"), cancellation))
            {
                work.Audit(caller, new Act("message.replay_asked", $"messaging/queues/{queue}/failed{(messageId is null ? "" : $"/{messageId}")}"));
                await work.CommitAsync();
            }

            return TypedResults.Ok(new Replayed(await failed.ReplayAsync(messageId, cancellation)));
        }, cancellation);

    private static async Task<Results<TOk, ProblemHttpResult>> AskAsync<TOk>(
        string queue, Listening listening, BrokerAddress broker, Func<ErrorQueue, Task<TOk>> ask, CancellationToken cancellation)
        where TOk : IResult
    {
        if (!listening.Queues.Contains(queue))
        {
            return Answers.UnknownQueue;
        }

        try
        {
            // A connection of its own: rarely used, and nothing that happens on it touches the service's work.
            await using var connection = await broker.ConnectAsync("operator", cancellation);
            return await ask(new(connection, queue));
        }
        catch (Exception error) when (error is RabbitMQClientException or IOException or TimeoutException)
        {
            return Answers.BrokerAway;
        }
    }
}
