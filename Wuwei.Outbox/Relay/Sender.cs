using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Options;
using Wuwei.Contracts;
using Wuwei.Outbox.Faults;

namespace Wuwei.Outbox.Relay;

/// <summary>What a relay asks of the broker.</summary>
internal interface ISender
{
    /// <summary>Publishes one stored message and waits for the broker's confirmation, within a time limit of its own.</summary>
    Task<Outcome> SendAsync(WaitingMessage row);
}

/// <summary>Publishes by MassTransit.</summary>
internal sealed class Sender(IBus bus, IOptions<OutboxOptions> options) : ISender
{
    /// <summary>Characters; brokers refuse much larger messages by closing the channel, and so everybody's.</summary>
    public const int LargestBody = 16 * 1024 * 1024;

    private static readonly FrozenDictionary<string, Type> s_types =
        Publication.All.Select(p => p.Message).Distinct().ToFrozenDictionary(type => type.FullName!);

    public async Task<Outcome> SendAsync(WaitingMessage row)
    {
        if (Read(row, out var message, out var type) is { } reason)
        {
            return new Outcome.Unsendable(reason);
        }

        using var activity = StartActivity(row);
        using var limit = new CancellationTokenSource(options.Value.PublishLimit);
        try
        {
            // WaitAsync: the limit holds even where the transport does not look at the token.
            var publishing = bus.Publish(message!, type!, Headers(row.MessageId), limit.Token).WaitAsync(limit.Token);
            FaultPoint.At("relay-published");
            await publishing;
            return new Outcome.Sent();
        }
        catch (MessageReturnedException)
        {
            activity?.SetStatus(ActivityStatusCode.Error, "no queue is bound");
            return new Outcome.Returned();
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error, error.Message);
            return new Outcome.Failed(error);
        }
    }

    private static string? Read(WaitingMessage row, out object? message, out Type? type)
    {
        message = null;
        if (!s_types.TryGetValue(row.MessageType, out type))
        {
            return $"Nobody may publish '{row.MessageType}': it is not in Wuwei.Contracts.Publication.";
        }

        if (row.Body.Length > LargestBody)
        {
            return $"The body has {row.Body.Length} characters; at most {LargestBody} can be sent.";
        }

        try
        {
            message = JsonSerializer.Deserialize(row.Body, type, MessageJson.Options);
            return message is null ? "The body is null." : null;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or ArgumentException)
        {
            return $"The body is no {type.Name}: {error.Message}";
        }
    }

    private static IPipe<PublishContext> Headers(Guid messageId) => Pipe.Execute<PublishContext>(context =>
    {
        context.MessageId = messageId;
        // An exchange without a queue would otherwise drop the message and confirm it.
        context.GetPayload<RabbitMqSendContext>().Mandatory = true;
    });

    // The request that stored the message has long ended; its trace goes on here.
    private static Activity? StartActivity(WaitingMessage row)
    {
        ActivityContext.TryParse(row.Traceparent, traceState: null, isRemote: true, out var cause);
        return OutboxMetrics.Traces.StartActivity($"relay {row.MessageType.Split('.')[^1]}", ActivityKind.Producer, cause)
            ?.SetTag("messaging.message.id", row.MessageId);
    }
}
