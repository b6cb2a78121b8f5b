using System.Diagnostics;
using MassTransit;

namespace Wuwei.Outbox.Inbox;

/// <summary>A delivery on its way through the intake; the broker hears of it when <see cref="Settled"/> completes.</summary>
internal sealed class Arrival<T> where T : class
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required Received<T> Message { get; init; }

    /// <summary>Order of delivery.</summary>
    public required ulong DeliveryTag { get; init; }

    public long Bytes { get; init; }

    /// <summary>The sender's trace.</summary>
    public ActivityContext Trace { get; init; }

    /// <summary>Attempts that failed with this message alone.</summary>
    public int Failures { get; private set; }

    public Task Settled => _settled.Task;

    public static Arrival<T> Of(ConsumeContext<T> context) => new()
    {
        Message = new(
            context.MessageId ?? throw new InvalidOperationException("The message has no id, so that a copy could not be told from it."),
            context.Message),
        DeliveryTag = context.ReceiveContext.TryGetPayload(out RabbitMqBasicConsumeContext? delivery) ? delivery.DeliveryTag : 0,
        Bytes = context.ReceiveContext.Body.Length ?? 0,
        Trace = Activity.Current?.Context ?? default,
    };

    public bool Done() => _settled.TrySetResult();

    public int Failed() => ++Failures;

    /// <summary>To the error queue.</summary>
    public void SetAside(Exception error) => _settled.TrySetException(error);

    /// <summary>Back to its queue, for another consumer or another day.</summary>
    public void PutBack() => _settled.TrySetException(new PutBackException());
}

/// <summary>The message is not at fault: it goes back to its queue.</summary>
internal sealed class PutBackException() : Exception("The service is stopping.");
