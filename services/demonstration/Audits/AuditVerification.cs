using System.Globalization;
using System.Text;
using Wuwei.Demonstration.Gateway;

namespace Wuwei.Demonstration.Audits;

/// <summary>What a verification of one service's audit trail found.</summary>
public sealed record TrailVerified(string Service, long Entries, IReadOnlyList<TrailFlaw> Flaws);

/// <summary>An entry that is not as it was written.</summary>
public sealed record TrailFlaw(string Kind, long? Position, long? EntryId, DateTimeOffset? At, string? Record)
{
    public override string ToString() => string.Join(' ', new[]
    {
        Kind, Position is null ? null : $"at position {Position}", EntryId is null ? null : $"entry {EntryId}",
        At?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), Record,
    }.OfType<string>());
}

/// <summary>Has every service's audit trail verified, and held against the heads of the chain that were logged.</summary>
/// <param name="heads">As <c>service:position:hash</c>.</param>
public sealed class AuditVerification(GatewayClient gateway, IEnumerable<string> heads)
{
    private static readonly string[] s_services = ["indicator", "training", "loans", "labour-transfer", "assessment"];

    private readonly ILookup<string, Head> _heads = heads.Select(head => head.Split(':'))
        .ToLookup(parts => parts[0], parts => new Head(long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2]));

    public async Task<IReadOnlyList<TrailVerified>> RunAsync(CancellationToken cancellation) =>
        await Task.WhenAll(s_services.Select(service => VerifyAsync(service, cancellation)));

    /// <summary>One line for each service, and one for each flaw.</summary>
    public static string Format(IReadOnlyList<TrailVerified> trails)
    {
        var text = new StringBuilder();
        foreach (var trail in trails)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{trail.Service}: {trail.Entries} entries, {(trail.Flaws.Count == 0 ? "whole" : $"{trail.Flaws.Count} flaws")}");
            foreach (var flaw in trail.Flaws)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  {flaw}");
            }
        }

        return text.ToString().TrimEnd();
    }

    private async Task<TrailVerified> VerifyAsync(string service, CancellationToken cancellation)
    {
        var flaws = new List<TrailFlaw>();
        for (var after = 0L; ;)
        {
            var verdict = await gateway.SendAsync<Verdict>(
                "auditor", HttpMethod.Post, $"/api/{service}/v1/audit/verification", new { after, heads = _heads[service] }, cancellation);
            flaws.AddRange(verdict.Flaws);
            if (verdict.Complete || verdict.Through == after)
            {
                return new(service, verdict.Through, flaws);
            }

            after = verdict.Through;
        }
    }

    private sealed record Head(long Position, string Hash);

    private sealed record Verdict(long Through, string Hash, bool Complete, IReadOnlyList<TrailFlaw> Flaws);
}
