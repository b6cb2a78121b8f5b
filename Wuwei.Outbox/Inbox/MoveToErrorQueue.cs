using System.Globalization;
using System.Runtime.ExceptionServices;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using Wuwei.Outbox.Broker;

namespace Wuwei.Outbox.Inbox;

/// <summary>
/// What happens to a delivery that failed for good, and to one that could not even be read: a copy with the reason goes
/// to the error queue, confirmed, before the broker may forget the original.
/// </summary>
/// <remarks>MassTransit's own filter would give the error queue the arguments of its queue, delivery limit and dead letters included.</remarks>
internal sealed class MoveToErrorQueue(string queue) : IFilter<ExceptionReceiveContext>
{
    public const string ErrorHeader = "wuwei-error";
    public const string ErrorTypeHeader = "wuwei-error-type";
    public const string FailedAtHeader = "wuwei-failed-at";

    private const int LongestReason = 1000;

    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (context.Exception.GetBaseException() is PutBackException)
        {
            ExceptionDispatchInfo.Throw(context.Exception); // unacknowledged: the broker puts it back
        }

        var delivery = context.GetPayload<RabbitMqBasicConsumeContext>();
        var properties = new BasicProperties(delivery.Properties) { DeliveryMode = DeliveryModes.Persistent };
        properties.Headers = new Dictionary<string, object?>(delivery.Properties.Headers ?? new Dictionary<string, object?>())
        {
            [ErrorHeader] = Shorten(context.Exception.GetBaseException().Message),
            [ErrorTypeHeader] = context.Exception.GetBaseException().GetType().FullName,
            [FailedAtHeader] = context.ExceptionTimestamp.ToString("O", CultureInfo.InvariantCulture),
        };
        await context.GetPayload<ChannelContext>().BasicPublishAsync(
            BrokerTopology.ErrorQueueOf(queue), "", mandatory: true, properties, context.GetBody(), awaitAck: true, context.CancellationToken);
        await context.NotifyFaulted(context.Exception);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("moveToErrorQueue");

    private static string Shorten(string reason) => reason.Length <= LongestReason ? reason : reason[..LongestReason];
}
