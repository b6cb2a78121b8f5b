using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Wuwei.Contracts.Facts;
using Wuwei.Outbox;

namespace Wuwei.Indicator.Ledger;

/// <summary>A fact that was set aside.</summary>
internal sealed record ParkedFact(string Source, string RecordId, string Body, string Reason, string Detail)
{
    // Escapes whatever PostgreSQL cannot hold, such as U+0000.
    public static ParkedFact Of(string source, Fact? fact, Parking why) => new(
        Printable(source), Printable(fact?.RecordId), JsonSerializer.Serialize(fact), why.Reason, why.Detail);

    /// <summary>The same bad fact sent again has the same one.</summary>
    public Guid Fingerprint => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{Source}\n{Reason}\n{Body}")).AsSpan(0, 16));

    private static string Printable(string? text) =>
        new([.. (text ?? "").Take(200).Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '�' : character)]);
}

internal static class ParkedFactRows
{
    extension(UnitOfWork work)
    {
        /// <summary>Keeps what was set aside; the same again only counts.</summary>
        public async Task ParkAsync(IReadOnlyCollection<ParkedFact> facts)
        {
            var distinct = facts.DistinctBy(fact => fact.Fingerprint).ToArray();
            if (distinct is not [])
            {
                await work.ExecuteAsync(ParkSql, new
                {
                    sources = distinct.Select(fact => fact.Source).ToArray(),
                    bodies = distinct.Select(fact => fact.Body).ToArray(),
                    reasons = distinct.Select(fact => fact.Reason).ToArray(),
                    details = distinct.Select(fact => fact.Detail).ToArray(),
                    fingerprints = distinct.Select(fact => fact.Fingerprint).ToArray(),
                });
            }
        }
    }

    private const string ParkSql = """
        insert into parked_fact as p (source, body, reason, detail, fingerprint)
        select * from unnest(@sources, @bodies, @reasons, @details, @fingerprints)
        on conflict (fingerprint) do update set times = p.times + 1, last_seen_at = now()
        """;
}
