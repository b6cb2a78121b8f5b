using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wuwei.Outbox.Audit;
using Wuwei.Outbox.Idempotency;
using Wuwei.ServiceDefaults;

namespace Wuwei.Outbox.Operators;

/// <summary>From when on to send again.</summary>
public sealed record SendAgain
{
    /// <summary>Messages that were sent at this instant or later.</summary>
    public required DateTimeOffset Since { get; init; }
}

/// <summary>
/// Messages that were sent and confirmed, for when the broker has lost them since: a queue was deleted, its disk is gone.
/// Whoever has handled one before passes it over.
/// </summary>
internal static class SentMessages
{
    public static void Map(IEndpointRouteBuilder group) => group.MapPost("/sent/again", HandleAsync)
        .WithIdempotencyKey().WithName("SendMessagesAgain");

    /// <summary>Sends messages again that are still kept (three days), and says how many.</summary>
    internal static async Task<Ok<Replayed>> HandleAsync(
        SendAgain again, OnceOnly once, Caller caller, Database database, OutboxSignal signal, CancellationToken cancellation)
    {
        await using var work = await database.BeginAsync(Scope.System("operators"), cancellation);
        await once.EnterAsync(work);
        var count = await work.ExecuteAsync(
            "update outbox_message set sent_at = null, attempts = 0 where sent_at >= @Since", new { again.Since });
        work.Audit(caller, new Act("message.sent_again", "messaging/sent", again, new Replayed(count)));
        var answer = TypedResults.Ok(new Replayed(count));
        once.Keep(work, answer);
        await work.CommitAsync();
        signal.Set();
        return answer;
    }
}
