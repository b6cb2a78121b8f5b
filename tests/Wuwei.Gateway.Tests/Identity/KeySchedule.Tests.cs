using CsCheck;
using Wuwei.Identity.SigningKeys;

namespace Wuwei.Identity;

public class KeyScheduleTests
{
    private static readonly DateTimeOffset s_start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Given_no_keys_When_planned_Then_one_signs_at_once_and_the_next_in_sixty_days() =>
        Assert.Equal([s_start, s_start.AddDays(60)], KeySchedule.Plan([], s_start).Missing);

    /// <summary>However long the platform sleeps between two looks at the plan.</summary>
    [Fact]
    public void Given_any_history_When_planned_Then_two_keys_are_published_announced_a_day_before_and_kept_a_day_after() =>
        Gen.Int[1, 200 * 24].Array[1, 40].Sample(hours =>
        {
            var now = s_start;
            var keys = new List<SigningKey>();
            var published = new Dictionary<string, DateTimeOffset>();
            SigningKey? signed = null;
            foreach (var pause in hours)
            {
                var (missing, expired) = KeySchedule.Plan(keys, now);
                keys.RemoveAll(expired.Contains);
                foreach (var from in missing)
                {
                    keys.Add(Key(keys.Count == 0 && published.Count == 0 ? "first" : $"{from:O}", from));
                    published[keys[^1].KeyId] = now;
                }

                var signer = KeySchedule.Signer(keys, now);
                if (signer is null || keys.Count is < 2 or > 3
                    || published[signer.KeyId] > now - KeySchedule.Overlap && signer.KeyId != "first"
                    || KeySchedule.Plan(keys, now) is not { Missing: [], Expired: [] })
                {
                    return false;
                }

                // What was signed a moment before the last look can still be checked for a day.
                if (signed is not null && signed != signer && now < signer.SignsFrom + KeySchedule.Overlap && !keys.Contains(signed))
                {
                    return false;
                }

                signed = signer;
                now += TimeSpan.FromHours(pause);
            }

            return true;
        });

    private static SigningKey Key(string id, DateTimeOffset from) => new() { KeyId = id, SignsFrom = from, PrivateKey = "" };
}
