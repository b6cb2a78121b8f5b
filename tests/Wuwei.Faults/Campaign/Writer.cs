using System.Net.Http.Json;
using System.Text.Json;

namespace Wuwei.Faults.Campaign;

/// <summary>
/// A clerk: one thing after the other, on records that nobody else touches, so that it knows what each record is; unless it
/// was not answered. Then it mostly asks again, as one does, and sometimes never hears what became of it.
/// </summary>
/// <param name="batchSize">0: single records.</param>
internal sealed class Writer(LoadClient client, RegisterKind kind, int batchSize, Func<TimeSpan> pause, Random random)
{
    private const int Remembered = 200;

    private readonly List<(Guid Id, int Revision, Content Content)> _known = [];
    private int _person;
    private int _spell;

    public async Task WorkAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await (batchSize > 0 ? BatchAsync(stopping) : OneAsync(stopping));
            await Task.Delay(pause(), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BatchAsync(CancellationToken stopping)
    {
        var wanted = Enumerable.Range(0, batchSize).Select(_ => New()).ToArray();
        // A batch may hold records of several counties: the city sends it.
        await PersistNamedAsync(wanted, $"{kind.Service}-620600", items => new(HttpMethod.Post, $"{kind.Path}batch")
        {
            Content = Json(new { items = items.Select(one => new { id = one.Id, record = Records.Body(kind, one.Id, one.Content) }) }),
        }, stopping);
    }

    private Task OneAsync(CancellationToken stopping)
    {
        if (_known.Count == 0 || random.Next(10) < 5)
        {
            var created = New();
            return PersistAsync([created], Clerk(created.Content), () => Put(created.Id, created.Content, null), stopping, remember: true);
        }

        var at = random.Next(_known.Count);
        var (id, revision, content) = _known[at];
        switch (random.Next(10))
        {
            case < 5:
                _known.RemoveAt(at);
                // Only a loan has jobs; another record with other jobs would be the same again, and no correction.
                var jobs = kind == RegisterKind.Loans ? random.Next(5) : content.Jobs;
                var corrected = content with { Region = Township(), Day = Records.DayOf(content.Spell, random), Jobs = jobs };
                // The county may be another one; then only the city may say so.
                return corrected == content ? Task.CompletedTask : PersistAsync(
                    [new(id, revision, corrected)], corrected.County == content.County ? Clerk(content) : $"{kind.Service}-620600",
                    () => Put(id, corrected, revision), stopping, remember: true);
            case < 7:
                _known.RemoveAt(at);
                return PersistNamedAsync([new(id, revision, content with { Cancelled = true })], Clerk(content), items => new(HttpMethod.Post, $"{kind.Path}{id}/cancellation")
                {
                    Headers = { { "If-Match", $"\"{revision}\"" } },
                    Content = Json(new { reason = items.Length > 0 ? "登记有误" : "另有原因" }),
                }, stopping);
            case < 9:
                // The same again changes nothing.
                return client.SendAsync(kind, Clerk(content), [new(id, revision, content)], () => Put(id, content, null), expected: 200);
            default:
                // Of a revision that never was.
                return client.SendAsync(kind, Clerk(content), [new(id, revision, content)],
                    () => Put(id, content with { Day = Records.DayOf(content.Spell, random), Region = Township(content.County) }, revision + 7), expected: 412);
        }
    }

    // Under a name of its own. In one case of four it asks once more when it knows, and is answered the same; or asks for
    // something else under that name, and is refused.
    private async Task PersistNamedAsync(Wanted[] wanted, string who, Func<Wanted[], HttpRequestMessage> make, CancellationToken stopping)
    {
        var name = Guid.CreateVersion7().ToString();
        var known = await PersistAsync(wanted, who, () => Named(wanted), stopping);
        if (known.Answer is not Answer.Acked || stopping.IsCancellationRequested)
        {
            return;
        }

        switch (random.Next(8))
        {
            case 0:
                await client.SendAsync(kind, who, wanted, () => Named(wanted), known.Status, named: true, before: known);
                break;
            case 1:
                await client.SendAsync(kind, who, wanted, () => Named(wanted[1..]), expected: 422, named: true);
                break;
        }

        HttpRequestMessage Named(Wanted[] items)
        {
            var request = make(items);
            request.Headers.Add("Idempotency-Key", name);
            return request;
        }
    }

    // Asks until the answer is clear. In one case of ten it leaves it at that, and the record alone.
    private async Task<Reply> PersistAsync(
        Wanted[] wanted, string who, Func<HttpRequestMessage> make, CancellationToken stopping, bool remember = false)
    {
        for (var wait = 100; ; wait = Math.Min(wait * 2, 2000))
        {
            var reply = await client.SendAsync(kind, who, wanted, make);
            if (reply.Answer is Answer.Acked && remember)
            {
                if (_known.Count == Remembered)
                {
                    _known.RemoveAt(random.Next(Remembered));
                }

                _known.Add((wanted[0].Id, wanted[0].Base + 1, wanted[0].Content));
            }

            if (reply.Answer is not Answer.Ambiguous || stopping.IsCancellationRequested || random.Next(10) == 0)
            {
                return reply;
            }

            await Task.Delay(wait, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Wanted New()
    {
        // Every third departure is of somebody who has left before; who counts where then hangs on the days.
        if (kind != RegisterKind.Departures || _spell == 2 || _person == 0 || random.Next(3) > 0)
        {
            (_person, _spell) = (Records.NewPerson(), 0);
        }
        else
        {
            _spell++;
        }

        return new(Guid.CreateVersion7(), 0, new(_person, _spell, Township(), Records.DayOf(_spell, random), random.Next(5)));
    }

    private HttpRequestMessage Put(Guid id, Content content, int? revision)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"{kind.Path}{id}") { Content = Json(Records.Body(kind, id, content)) };
        if (revision is not null)
        {
            request.Headers.Add("If-Match", $"\"{revision}\"");
        }

        return request;
    }

    private string Township(string? county = null)
    {
        var among = county is null ? Records.Townships : [.. Records.Townships.Where(code => code.StartsWith(county, StringComparison.Ordinal))];
        return among[random.Next(among.Count)];
    }

    private string Clerk(Content content) => $"{kind.Service}-{content.County}";

    private static JsonContent Json(object body) => JsonContent.Create(body, options: JsonSerializerOptions.Web);
}
