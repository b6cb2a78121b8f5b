namespace Wuwei.Faults.Campaign;

// I1, I3, I7: messages arrive, and arrive only if they were sent.
internal sealed partial class Checker
{
    /// <summary>Each message that was sent was handled, each that was handled was sent, and nothing was set aside.</summary>
    private async Task CheckMessagesAsync()
    {
        foreach (var (type, from, to, queue) in Flows)
        {
            var sent = new HashSet<Guid>();
            foreach (var service in from)
            {
                await foreach (var row in cluster.RowsAsync(service, $"select message_id, sent_at is not null, parked_reason from outbox_message where message_type = '{type}'"))
                {
                    sent.Add(row.GetGuid(0));
                    if (!row.IsDBNull(2))
                    {
                        Report("I1", [$"message {row.GetGuid(0)} of {service} was parked: {row.GetString(2)}"]);
                    }
                }
            }

            var handled = new HashSet<Guid>();
            await foreach (var row in cluster.RowsAsync(to, $"select message_id from inbox_message where consumer = '{queue}'"))
            {
                handled.Add(row.GetGuid(0));
            }

            Report("I1", [.. sent.Except(handled).Select(id => $"message {id} was sent to {queue} and never handled")]);
            Report("I3", [.. handled.Except(sent).Select(id => $"message {id} was handled by {queue} and never sent")]);
            var failed = await CountAsync($"{queue}_error");
            Report("I7", failed == 0 ? [] : [$"{failed} messages in {queue}_error"]);
        }
    }

    private static readonly (string Type, string[] From, string To, string Queue)[] Flows =
    [
        ("Wuwei.Contracts.Facts.FactsRecorded", [.. Cluster.Registers, "indicator"], "indicator", "indicator.facts"),
        ("Wuwei.Contracts.Observations.ObservationChanged", ["indicator"], "assessment", "assessment.observations"),
        ("Wuwei.Contracts.Targets.TargetChanged", ["indicator"], "assessment", "assessment.targets"),
        ("Wuwei.Contracts.Warnings.WarningChanged", ["indicator"], "assessment", "assessment.warnings"),
    ];

    private async Task<long> UnhandledAsync()
    {
        long unhandled = 0;
        foreach (var (type, from, to, queue) in Flows)
        {
            foreach (var service in from)
            {
                if (await cluster.AskAsync<long>(service, $"select count(*) from outbox_message where message_type = '{type}'") is not { } sent)
                {
                    return -1;
                }

                unhandled += sent;
            }

            if (await cluster.AskAsync<long>(to, $"select count(*) from inbox_message where consumer = '{queue}'") is not { } handled)
            {
                return -1;
            }

            unhandled -= handled;
        }

        return unhandled;
    }

    /// <summary>Messages in a queue, as the broker counts when asked directly.</summary>
    public async Task<long> CountAsync(string queue)
    {
        await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = cluster.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync(queue);
    }
}
