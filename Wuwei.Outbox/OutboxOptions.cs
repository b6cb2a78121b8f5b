using System.ComponentModel.DataAnnotations;

namespace Wuwei.Outbox;

/// <summary>Section <c>Outbox</c>: how eagerly messages are sent, handled, retried and forgotten.</summary>
public sealed class OutboxOptions
{
    /// <summary>Most messages that are in flight to the broker at once.</summary>
    [Range(1, 5000)] public int SendBatch { get; set; } = 500;

    /// <summary>Bytes of message bodies after which a batch to send is full; a backlog must not fill the memory.</summary>
    [Range(1, 256 * 1024 * 1024)] public int SendBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>How often the relay looks for messages that nobody woke it for: of other replicas, or left by a crash.</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:01:00")] public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a relay may be silent before another takes its place. Longer than <see cref="PublishLimit"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:10:00")] public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Limit of every single publish; a broker under alarm would otherwise hold it for ever.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")] public TimeSpan PublishLimit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait before a message that no queue took is tried again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")] public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Messages that the broker hands out before the first is acknowledged, and so the largest batch.</summary>
    [Range(64, 2000)] public int Prefetch { get; set; } = 256;

    /// <summary>Bytes of message bodies after which a batch is full: it is one transaction in memory.</summary>
    [Range(1, 64 * 1024 * 1024)] public int BatchBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>Times that a message is tried on its own before it is set aside.</summary>
    [Range(1, 20)] public int Attempts { get; set; } = 5;

    /// <summary>Wait before the second attempt; each further one waits four times as long.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")] public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Limit of handling one batch.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:20:00")] public TimeSpan HandleLimit { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a sent message stays in the outbox, for looking back.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")] public TimeSpan KeepSent { get; set; } = TimeSpan.FromDays(3);

    /// <summary>How long a handled message is remembered; a copy that comes later still would have a second effect.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")] public TimeSpan KeepHandled { get; set; } = TimeSpan.FromDays(400);

    /// <summary>How long the answer to a request with an <c>Idempotency-Key</c> is kept; sent later still, it is done again.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")] public TimeSpan KeepAnswers { get; set; } = TimeSpan.FromDays(2);

    /// <summary>How often old rows are swept.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "1.00:00:00")] public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Rows swept in one transaction.</summary>
    [Range(1, 100_000)] public int SweepBatch { get; set; } = 5000;
}
