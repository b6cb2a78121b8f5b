namespace Wuwei.Outbox.Tests.Idempotency;

public sealed class KeptAnswersTests : Rig
{
    [Fact]
    public async Task Given_kept_answers_When_their_time_is_up_Then_they_are_swept_and_later_ones_stay()
    {
        await ExecuteAsync("""
            insert into kept_answer (client, key, request, status, created_at)
            select 'somebody', age::text, sha256(''), 200, now() - age
            from unnest('{59 minutes, 61 minutes, 2 days}'::interval[]) age
            """);
        await StartAsync(null, ("Outbox:KeepAnswers", "01:00:00"), ("Outbox:SweepInterval", "00:00:00.050"), ("Outbox:SweepBatch", "1"));
        await EventuallyAsync(async () => string.Join(", ", await ListAsync<string>("select key from kept_answer")), "00:59:00");
    }
}
