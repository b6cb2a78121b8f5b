using System.Diagnostics;

namespace Wuwei.Faults.Campaign;

/// <summary>A fault that was struck under load.</summary>
/// <param name="InFlight">Attempts that had left and were not answered at that instant.</param>
/// <param name="Recovery">From the end of the fault until everything it hit works again.</param>
internal sealed record Strike(Fault Fault, int InFlight, TimeSpan Recovery);

/// <summary>A cluster, departments at work on it, and what has been struck so far.</summary>
internal sealed class CampaignRun(Cluster cluster, LoadClient client)
{
    // Within it a process is seen to have died, and those who had asked it have been answered by the gateway.
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(25);

    // Every clerk may just have been writing down what it was answered.
    private const int MostInVain = 5;

    private readonly List<Strike> _strikes = [];
    private readonly List<TimeSpan> _convergences = [];

    public Nemesis Nemesis { get; } = new(cluster);

    public Checker Checker { get; } = new(cluster, client);

    public IReadOnlyList<Strike> Strikes => _strikes;

    /// <summary>How long it took each time until everything had arrived.</summary>
    public IReadOnlyList<TimeSpan> Convergences => _convergences;

    /// <summary>
    /// Strikes while writes are in flight, heals, and waits until what was hit works again. A strike that met no write shows
    /// nothing: it does not count, and there is another one.
    /// </summary>
    /// <param name="meanwhile">What must hold while it lasts; given the instant of the strike.</param>
    /// <exception cref="InvalidOperationException">Nothing was in flight time after time.</exception>
    public async Task<Strike> StrikeAsync(Fault fault, Func<DateTimeOffset, Task>? meanwhile = null, int recoverWithin = 180)
    {
        for (var i = 0; i < MostInVain; i++)
        {
            var strike = await StrikeOnceAsync(fault, meanwhile, recoverWithin);
            if (strike.InFlight > 0)
            {
                _strikes.Add(strike);
                return strike;
            }
        }

        throw new InvalidOperationException($"Nothing was in flight when {fault} struck, {MostInVain} times.");
    }

    private async Task<Strike> StrikeOnceAsync(Fault fault, Func<DateTimeOffset, Task>? meanwhile, int recoverWithin)
    {
        await Until.TrueAsync(() => Task.FromResult(client.Open > 0), "departments are at work", pause: 1);
        client.GatewayIsStruck = fault.Target == "gateway";
        var inFlight = client.Open;
        await fault.Strike();
        inFlight = fault.StrikesLater ? client.OpenWithin(s_moment) : inFlight;
        var lasts = Task.Delay(fault.Lasts);
        try
        {
            if (meanwhile is not null)
            {
                await meanwhile(DateTimeOffset.UtcNow);
            }

            await lasts;
        }
        finally
        {
            if (fault.Heal is { } heal)
            {
                await heal(); // whatever was found: the next round begins with a whole cluster
            }
        }

        client.Mending = true;
        var (healed, clock) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        foreach (var service in Cluster.Registers)
        {
            await client.AcknowledgesAsync(service, healed, recoverWithin);
        }

        foreach (var service in new[] { "indicator", "assessment" })
        {
            await Until.TrueAsync(
                async () => await cluster.AskAsync<DateTime>(service, "select max(received_at) from inbox_message") > healed.UtcDateTime,
                $"{service} hears messages again", recoverWithin);
        }

        (client.GatewayIsStruck, client.Mending) = (false, false);
        return new(fault, inFlight, clock.Elapsed);
    }

    /// <summary>Lets departments rest, waits until all has arrived, and says what is wrong.</summary>
    /// <param name="thoroughly">Or only whether all has arrived.</param>
    public async Task<IReadOnlyList<Violation>> RestAsync(bool thoroughly)
    {
        await client.StopAsync();
        var took = await Checker.ConvergeAsync();
        _convergences.Add(took ?? TimeSpan.MaxValue);
        return thoroughly ? await Checker.CheckAsync() : took is null ? [new("I5", "Not everything has arrived after a minute")] : [];
    }
}
