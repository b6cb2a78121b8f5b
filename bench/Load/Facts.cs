using Wuwei.Bench.Load;

namespace Wuwei.Bench;

/// <summary>Facts on their way.</summary>
internal static class Facts
{
    /// <summary>Records one training and waits until the scores know it, so that there is something to pull.</summary>
    public static async Task RecordOneAsync(Platform platform)
    {
        var trainings = new Trainings("", await platform.TokenAsync("training-620600"));
        using var connection = await HttpConnection.OpenAsync(platform.AddressOf("training"), CancellationToken.None);
        await connection.SendAsync(trainings.Next(), CancellationToken.None);
        await UntilStillAsync(platform);
    }

    /// <summary>Waits until nothing is under way any more: outboxes are empty and the ledger has stood still.</summary>
    public static async Task UntilStillAsync(Platform platform)
    {
        await using var training = platform.OpenDatabase("training");
        await using var indicator = platform.OpenDatabase("indicator");
        var before = -1L;
        for (var quiet = 0; quiet < 3;)
        {
            var position = await indicator.ScalarAsync<long>("select position from ledger");
            var waiting = await training.ScalarAsync<long>(WaitingSql) + await indicator.ScalarAsync<long>(WaitingSql);
            quiet = waiting == 0 && position == before ? quiet + 1 : 0;
            before = position;
            await Task.Delay(300);
        }
    }

    private const string WaitingSql = "select count(*) from outbox_message where sent_at is null and parked_reason is null";
}
