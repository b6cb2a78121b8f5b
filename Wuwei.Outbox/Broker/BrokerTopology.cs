using RabbitMQ.Client;
using Wuwei.Contracts;

namespace Wuwei.Outbox.Broker;

/// <summary>
/// The exchanges and queues of the platform, in the one place that says how they are made: one fanout exchange for every
/// message, one quorum queue (behind an exchange of its own name) for every subscription, one error queue beside it.
/// </summary>
public static class BrokerTopology
{
    /// <summary>
    /// Deliveries without an acknowledgement after which the broker itself moves a message to the error queue: it has
    /// probably killed its consumer every time.
    /// </summary>
    public const int DeliveryLimit = 20;

    /// <summary>The exchange that a message is published to.</summary>
    public static string ExchangeOf(Type message) => $"{message.Namespace}:{message.Name}";

    /// <summary>Where messages go that could not be handled; exchange and queue have the same name.</summary>
    public static string ErrorQueueOf(string queue) => $"{queue}_error";

    internal static Dictionary<string, object?> ArgumentsOf(string queue) => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = DeliveryLimit,
        ["x-single-active-consumer"] = true,
        ["x-dead-letter-exchange"] = ErrorQueueOf(queue),
        // Kept until the error queue has confirmed it; the broker allows it only together with this overflow.
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    internal static Dictionary<string, object?> ErrorQueueArguments => new()
    {
        ["x-queue-type"] = "quorum",
        // Looking at a message counts as a delivery, and RabbitMQ 4 drops after 20 of them unless told otherwise.
        ["x-delivery-limit"] = 1_000_000_000,
    };

    /// <summary>Declares every exchange and queue of the platform; what is there already stays as it is.</summary>
    /// <param name="connectionString"><c>amqp://user:password@host:port/vhost</c>, of somebody who may configure all of them.</param>
    /// <exception cref="RabbitMQ.Client.Exceptions.OperationInterruptedException">One of them exists with other properties.</exception>
    public static async Task DeclareAsync(string connectionString, CancellationToken cancellation)
    {
        await using var connection = await BrokerAddress.Parse(connectionString).ConnectAsync("topology", cancellation);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation);
        foreach (var message in Publication.All.Select(p => p.Message).Concat(Subscription.All.Select(s => s.Message)).Distinct())
        {
            await ExchangeAsync(ExchangeOf(message));
        }

        foreach (var subscription in Subscription.All)
        {
            var error = ErrorQueueOf(subscription.Queue);
            await QueueAsync(error, ErrorQueueArguments);
            await QueueAsync(subscription.Queue, ArgumentsOf(subscription.Queue));
            await channel.ExchangeBindAsync(
                subscription.Queue, ExchangeOf(subscription.Message), "", cancellationToken: cancellation);
        }

        async Task QueueAsync(string name, Dictionary<string, object?> arguments)
        {
            await ExchangeAsync(name);
            await channel.QueueDeclareAsync(
                name, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellation);
            await channel.QueueBindAsync(name, name, "", cancellationToken: cancellation);
        }

        Task ExchangeAsync(string name) =>
            channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true, cancellationToken: cancellation);
    }
}
