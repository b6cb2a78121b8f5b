using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Wuwei.Outbox.Operators;

/// <summary>How many messages were given another chance.</summary>
public sealed record Replayed(int Messages);

internal static class Answers
{
    public static ProblemHttpResult UnknownQueue => Problem(
        "messaging.unknown_queue", "本服务没有这个队列。", StatusCodes.Status404NotFound);

    public static ProblemHttpResult UnknownMessage => Problem(
        "messaging.unknown_message", "没有这条消息。", StatusCodes.Status404NotFound);

    public static ProblemHttpResult BrokerAway => Problem(
        "messaging.broker_away", "消息代理暂时不可用，请稍后重试。", StatusCodes.Status503ServiceUnavailable);

    private static ProblemHttpResult Problem(string code, string title, int status) => TypedResults.Problem(
        statusCode: status, title: title, type: $"urn:problem:{code}", extensions: new Dictionary<string, object?> { ["code"] = code });
}
