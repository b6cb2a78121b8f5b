using System.Text.RegularExpressions;
using Wuwei.Outbox.Broker;

namespace Wuwei.Migrations.Broker;

/// <summary>What a service's broker user may do: its own queues, the exchanges it publishes to and listens to, no others.</summary>
/// <param name="Configure">Declare: everything below, since a service declares again what is already there.</param>
/// <param name="Write">Publish and bind to.</param>
/// <param name="Read">Consume and bind from.</param>
internal sealed record Rights(string Configure, string Write, string Read)
{
    public static Rights Of(Service service)
    {
        string[] own = [.. service.Subscribes.SelectMany(s => new[] { s.Queue, BrokerTopology.ErrorQueueOf(s.Queue) })];
        string[] published = [.. service.Publishes.Select(BrokerTopology.ExchangeOf)];
        string[] heard = [.. service.Subscribes.Select(s => BrokerTopology.ExchangeOf(s.Message))];
        return new(Exactly([.. own, .. published, .. heard]), Exactly([.. own, .. published]), Exactly([.. own, .. heard]));
    }

    private static string Exactly(IEnumerable<string> names) =>
        $"^({string.Join('|', names.Distinct().Select(Regex.Escape))})$";
}
