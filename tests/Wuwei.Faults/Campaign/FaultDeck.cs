namespace Wuwei.Faults.Campaign;

/// <summary>Everything that can go wrong, dealt by chance; crashes more often than the rest, as in life.</summary>
internal sealed class FaultDeck
{
    private static readonly string[] s_request = ["pre-tx", "pre-commit", "post-commit"];
    private static readonly string[] s_relay = ["relay-claimed", "relay-published", "relay-confirmed"];
    private static readonly string[] s_consume = ["consume-before-inbox", "consume-before-commit", "consume-before-ack"];
    private static readonly Network[] s_networks = [Network.Blackhole, Network.OneWay, Network.Slow, Network.Refuse, Network.Reset];

    private readonly Random _random;
    private readonly (int Weight, Func<Fault> Deal)[] _cards;

    public FaultDeck(Cluster cluster, Nemesis nemesis, Random random)
    {
        _random = random;
        string[] everyone = [.. Cluster.Services, "gateway", "identity"];
        string[] senders = [.. Cluster.Registers, "indicator"];
        string[] listeners = ["indicator", "assessment"];
        _cards =
        [
            (28, () => nemesis.Killed(Pick(everyone))),
            (8, () => nemesis.Crash(Pick(Cluster.Registers), Pick(s_request), random.Next(1, 10))),
            (8, () => nemesis.Crash(Pick(senders), Pick(s_relay), random.Next(1, 10))),
            (8, () => nemesis.Crash(Pick(listeners), Pick(s_consume), random.Next(1, 5))),
            (8, () => nemesis.Terminated(Pick(everyone))),
            (8, () => nemesis.Frozen(Pick(Cluster.Services), Seconds(3, 8))),
            (6, () => nemesis.Cut(Pick(Cluster.Services), "postgres", Pick(s_networks), Seconds(3, 8))),
            (6, () => nemesis.Cut(Pick(Cluster.Services), "rabbitmq", Pick(s_networks), Seconds(3, 8))),
            (4, () => nemesis.Cut("gateway", Pick(Cluster.Services), Pick(s_networks), Seconds(3, 6))),
            (4, () => nemesis.SessionsEnded(Pick(Cluster.Services), random.Next(1, 4))),
            (3, () => nemesis.Killed("rabbitmq")),
            (3, () => nemesis.Killed("postgres")),
            (1, () => nemesis.Frozen("rabbitmq", Seconds(10, 20))),
            (1, () => nemesis.Frozen("postgres", Seconds(3, 6))),
            (1, () => nemesis.DiskAlarm(Seconds(5, 12))),
            (1, () => nemesis.MemoryAlarm(Seconds(5, 12))),
            (2, () => Repeated(cluster)),
            .. Nemesis.FakeTime is null ? [] : new (int, Func<Fault>)[] { (1, () => nemesis.ClockShifted(Pick(listeners), Pick(["+2d", "-90s", "+0 x10"]), Seconds(5, 8))) },
        ];
    }

    public Fault Deal()
    {
        var left = _random.Next(_cards.Sum(card => card.Weight));
        return _cards.First(card => (left -= card.Weight) < 0).Deal();
    }

    // The broker delivers everything of some seconds three times more, in another order.
    private Fault Repeated(Cluster cluster) => new("repeated and shuffled", "indicator", async () =>
    {
        await using var tap = await Tap.OpenAsync(cluster);
        await Task.Delay(TimeSpan.FromSeconds(4));
        await tap.DeliverAsync(_random);
    });

    private T Pick<T>(IReadOnlyList<T> among) => among[_random.Next(among.Count)];

    private TimeSpan Seconds(int from, int to) => TimeSpan.FromSeconds(_random.Next(from, to + 1));
}
