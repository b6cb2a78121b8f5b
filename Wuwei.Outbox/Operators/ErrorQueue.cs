using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using Wuwei.Outbox.Broker;
using Wuwei.Outbox.Inbox;

namespace Wuwei.Outbox.Operators;

/// <summary>A message that could not be handled.</summary>
/// <param name="MessageId">Null when it came without one; such a message is replayed only together with all others.</param>
/// <param name="Error">What the last attempt died of.</param>
/// <param name="Message">As it was sent, or the bytes as text when it is no JSON.</param>
public sealed record FailedMessage(
    string? MessageId, string? MessageType, DateTimeOffset? FailedAt, string Error, string? ErrorType, JsonNode? Message);

/// <summary>The error queue beside a queue. Looking at it leaves every message where it is.</summary>
internal sealed class ErrorQueue(IConnection connection, string queue)
{
    // Added on the way to the error queue, by us and by the broker; a replayed message starts anew.
    private static readonly string[] s_headersOfFailure = ["wuwei-", "x-death", "x-first-death", "x-last-death", "x-delivery-count"];

    private readonly string _name = BrokerTopology.ErrorQueueOf(queue);

    public async Task<uint> CountAsync(CancellationToken cancellation)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation);
        return await channel.MessageCountAsync(_name, cancellation);
    }

    /// <summary>The oldest messages, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<FailedMessage>> PeekAsync(int limit, CancellationToken cancellation)
    {
        // Nothing is acknowledged: when the channel closes, the broker puts all of them back.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation);
        var messages = new List<FailedMessage>();
        while (messages.Count < limit && await channel.BasicGetAsync(_name, autoAck: false, cancellation) is { } delivery)
        {
            messages.Add(Read(delivery));
        }

        return messages;
    }

    /// <summary>Gives messages back to their queue: the one with the id, or all that are there now. Says how many.</summary>
    public async Task<int> ReplayAsync(string? messageId, CancellationToken cancellation)
    {
        await using var channel = await connection.CreateChannelAsync(
            new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellation);
        var replayed = 0;
        // Counted beforehand: one that fails again must not go round and round.
        for (var left = await channel.MessageCountAsync(_name, cancellation); left > 0; left--)
        {
            if (await channel.BasicGetAsync(_name, autoAck: false, cancellation) is not { } delivery)
            {
                break;
            }

            if (messageId is null || delivery.BasicProperties.MessageId == messageId)
            {
                // To its queue alone; other listeners of the same message have handled theirs. Confirmed, then forgotten here.
                await channel.BasicPublishAsync(queue, "", mandatory: true, WithoutFailure(delivery.BasicProperties), delivery.Body, cancellation);
                await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, cancellation);
                replayed++;
            }
        }

        return replayed;
    }

    private static BasicProperties WithoutFailure(IReadOnlyBasicProperties properties) => new(properties)
    {
        DeliveryMode = DeliveryModes.Persistent,
        Headers = properties.Headers?
            .Where(header => !s_headersOfFailure.Any(prefix => header.Key.StartsWith(prefix, StringComparison.Ordinal)))
            .ToDictionary(header => header.Key, header => header.Value),
    };

    private static FailedMessage Read(BasicGetResult delivery)
    {
        var body = Parse(delivery.Body.Span);
        var envelope = body as JsonObject;
        return new(
            delivery.BasicProperties.MessageId,
            (envelope?["messageType"] as JsonArray)?.FirstOrDefault()?.ToString(),
            DateTimeOffset.TryParse(Header(MoveToErrorQueue.FailedAtHeader), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null,
            Header(MoveToErrorQueue.ErrorHeader) ?? "The broker delivered it again and again, and nobody acknowledged it.",
            Header(MoveToErrorQueue.ErrorTypeHeader),
            envelope?["message"]?.DeepClone() ?? body);

        string? Header(string name) => delivery.BasicProperties.Headers?.TryGetValue(name, out var value) == true
            ? value as string ?? (value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : null)
            : null;
    }

    private static JsonNode? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return JsonValue.Create(Encoding.UTF8.GetString(body));
        }
    }
}
