namespace Wuwei.Outbox.Tests;

/// <summary>From one transaction to another, through the broker.</summary>
public sealed class DeliveryTests(Rig rig) : IClassFixture<Rig>
{
    [Fact]
    public async Task Given_a_committed_message_When_the_relay_runs_Then_its_effect_is_there_once()
    {
        var service = await rig.StartAsync<RecordEffects>();
        await Rig.WriteAsync(service, "a/1");
        await Rig.EventuallyAsync(async () => string.Join(',', await rig.EffectsAsync()), "a/1");
        await Rig.EventuallyAsync(rig.WaitingAsync, 0);
        Assert.Equal(1, await rig.OneAsync<long>("select count(*) from inbox_message where consumer = 'indicator.facts'"));
    }
}
