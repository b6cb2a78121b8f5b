using Wuwei.Contracts.Facts;
using Wuwei.Indicator.Ledger;
using Wuwei.Outbox.Inbox;
using Wuwei.Outbox.Relay;

namespace Wuwei.Faults.Simulation;

/// <summary>One exchange, one queue with a single active consumer, one error queue.</summary>
internal sealed class Broker(Scheduler scheduler, RegisterDatabase register, List<string> findings)
{
    private const int Prefetch = 64;
    private static readonly TimeSpan s_publishLimit = TimeSpan.FromSeconds(1);

    private readonly List<Delivery> _queue = [];
    private readonly List<Link> _links = [];
    private readonly HashSet<Guid> _known = [];
    private readonly Dictionary<string, long> _last = [];
    private long _sequence;
    private ulong _tag;

    /// <summary>No queue is bound: whatever is published is returned.</summary>
    public bool Unbound { get; set; }

    /// <summary>How likely a publication goes wrong, in one of many ways.</summary>
    public double Trouble { get; set; }

    public bool Away { get; private set; }

    public List<Guid> Errors { get; } = [];

    public bool IsEmpty => _queue.Count == 0 && _links.All(link => link.Unacknowledged.Count == 0);

    public ISender For(SimProcess relay) => new Session(this, relay);

    public Link Connect(SimProcess consumer, Intake<FactsRecorded, FoldFacts> intake)
    {
        var link = new Link(consumer, intake);
        _links.Add(link);
        scheduler.Note($"{consumer.Name}: connected");
        Pump();
        return link;
    }

    /// <summary>What was delivered there and not acknowledged goes back.</summary>
    public void Close(Link link)
    {
        if (_links.Remove(link))
        {
            scheduler.Note($"{link.Consumer.Name}: link closed with {link.Unacknowledged.Count} unacknowledged");
            foreach (var delivery in link.Unacknowledged.Values)
            {
                PutBack(delivery);
            }

            Pump();
        }
    }

    public void Leave(TimeSpan duration)
    {
        Away = true;
        foreach (var link in _links.ToArray())
        {
            Close(link);
        }

        scheduler.After(duration, () => Away = false);
    }

    public bool IsConnected(Link? link) => link is not null && _links.Contains(link);

    public void Pump()
    {
        while (!Away && _queue.Count > 0 && _links.FirstOrDefault() is { Stopping: false } active && active.Unacknowledged.Count < Prefetch)
        {
            var delivery = _queue[0];
            _queue.RemoveAt(0);
            var tag = ++_tag;
            active.Unacknowledged.Add(tag, delivery);
            scheduler.After(scheduler.Between(0.0005, 0.005), () => active.Consumer.Start(() => DeliverAsync(active, tag, delivery)));
        }
    }

    // In the consumer's process, as MassTransit does it.
    private async Task DeliverAsync(Link link, ulong tag, Delivery delivery)
    {
        try
        {
            await link.Intake.TakeAsync(new Arrival<FactsRecorded> { Message = new(delivery.Id, delivery.Message), DeliveryTag = tag });
            Settle(link, tag, () => { });
        }
        catch (PutBackException)
        {
            Settle(link, tag, () => PutBack(delivery));
        }
        catch (Exception error)
        {
            scheduler.Note($"{link.Consumer.Name}: {register[delivery.Id].Position} set aside: {error.Message}");
            Settle(link, tag, () => Errors.Add(delivery.Id));
        }
    }

    private void Settle(Link link, ulong tag, Action settled) => scheduler.After(scheduler.Between(0.0005, 0.02), () =>
    {
        // An answer on a link that is gone reaches nobody.
        if (_links.Contains(link) && link.Unacknowledged.Remove(tag))
        {
            settled();
        }

        Pump();
    });

    private void Take(Guid id)
    {
        var row = register[id];
        if (_known.Add(id) && row.Key is { } key)
        {
            if (_last.GetValueOrDefault(key) > row.Position)
            {
                findings.Add($"I6: message {row.Position} of {key} came after {_last[key]}.");
            }

            _last[key] = row.Position;
        }

        scheduler.Note($"queue: {row.Position}");
        _queue.Add(new(id, row.Message, ++_sequence));
        Pump();
    }

    // To the front, in order; now and then anywhere.
    private void PutBack(Delivery delivery)
    {
        var place = scheduler.Chance(0.2) ? scheduler.Random.Next(_queue.Count + 1) : _queue.FindIndex(other => other.Sequence > delivery.Sequence);
        _queue.Insert(place < 0 ? _queue.Count : place, delivery);
    }

    private Task<Outcome> SendAsync(SimProcess relay, WaitingMessage message)
    {
        var answer = new TaskCompletionSource<Outcome>();
        if (!register.IsHolder(relay))
        {
            findings.Add($"I2: {relay.Name} sent {message.Position} while another might.");
        }

        scheduler.After(s_publishLimit, () => answer.TrySetResult(new Outcome.Failed(new TimeoutException())));
        var way = scheduler.Chance(Trouble) ? scheduler.Random.Next(6) : 6;
        var arrival = way == 0 ? scheduler.Between(0, 3) : scheduler.Between(0.0005, 0.005); // 0: delayed, perhaps beyond the limit
        scheduler.After(arrival, () =>
        {
            if (Away || way == 1) // lost on the way
            {
                scheduler.After(scheduler.Between(0, 0.1), () => answer.TrySetResult(new Outcome.Failed(new ConnectionLostException())));
            }
            else if (way == 2) // refused
            {
                answer.TrySetResult(new Outcome.Failed(new InvalidOperationException("nack")));
            }
            else if (Unbound)
            {
                scheduler.Note($"{relay.Name}: {message.Position} returned");
                answer.TrySetResult(new Outcome.Returned());
            }
            else
            {
                Take(message.MessageId);
                if (way == 3) // twice
                {
                    scheduler.After(scheduler.Between(0, 5), () => Take(message.MessageId));
                }

                if (way != 4) // the confirmation is lost
                {
                    scheduler.After(scheduler.Between(0.0005, way == 5 ? 2 : 0.005), () => answer.TrySetResult(new Outcome.Sent()));
                }
            }
        });
        return answer.Task;
    }

    internal sealed record Delivery(Guid Id, FactsRecorded Message, long Sequence);

    /// <summary>A consumer's channel.</summary>
    internal sealed record Link(SimProcess Consumer, Intake<FactsRecorded, FoldFacts> Intake)
    {
        public Dictionary<ulong, Delivery> Unacknowledged { get; } = [];

        /// <summary>Wants nothing more.</summary>
        public bool Stopping { get; set; }
    }

    private sealed class Session(Broker broker, SimProcess relay) : ISender
    {
        public Task<Outcome> SendAsync(WaitingMessage row) => broker.SendAsync(relay, row);
    }
}
