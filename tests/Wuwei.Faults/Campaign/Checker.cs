using System.Data;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;

namespace Wuwei.Faults.Campaign;

/// <summary>Something that must never be.</summary>
/// <param name="Law">Of the reliability contract: <c>I1</c> no loss, <c>I2</c> once, <c>I3</c> no phantom …</param>
internal sealed record Violation(string Law, string What)
{
    public override string ToString() => $"{Law}: {What}";
}

/// <summary>
/// Compares what the client knows with what every database holds. It believes nobody: totals are counted again from the
/// registers' rows by rules of its own, and the platform's own recount is asked as well.
/// </summary>
internal sealed partial class Checker(Cluster cluster, LoadClient client)
{
    private const int MostShown = 5;

    private readonly List<Violation> _violations = [];

    /// <summary>Waits until nothing is on its way any more: outboxes sent, queues empty.</summary>
    /// <returns>How long that took; null: a minute was not enough (I5).</returns>
    public async Task<TimeSpan?> ConvergeAsync(int seconds = 60)
    {
        try
        {
            return await Until.TrueAsync(async () => await OnTheWayAsync() == 0, "everything has arrived", seconds);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Messages on their way: not sent, or sent and not handled. Negative while a database is away.</summary>
    public async Task<long> OnTheWayAsync()
    {
        long sum = 0;
        foreach (var service in Cluster.Registers.Append("indicator"))
        {
            if (await cluster.AskAsync<long>(service, "select count(*) from outbox_message where sent_at is null and parked_reason is null") is not { } waiting)
            {
                return -1;
            }

            sum += waiting;
        }

        return sum > 0 ? sum : await UnhandledAsync();
    }

    /// <summary>Everything that is wrong, after <see cref="ConvergeAsync"/>. The client must be still.</summary>
    public async Task<IReadOnlyList<Violation>> CheckAsync()
    {
        _violations.Clear();
        var onTheWay = await OnTheWayAsync();
        Report("I5", onTheWay == 0 ? [] : [$"{onTheWay} messages are still on their way"]);
        var records = ReadLog();
        await CheckMessagesAsync();
        var cells = new Totals();
        foreach (var kind in RegisterKind.All)
        {
            await CheckRegisterAsync(kind, records[kind.Service], cells);
            await CheckAuditAsync(kind, records[kind.Service]);
        }

        await CheckLedgerAsync(records);
        await CheckTotalsAsync(cells);
        await CheckObservationsAsync(cells);
        await CheckRecountAsync();
        CheckLogs();
        CheckProcesses();
        return [.. _violations];
    }

    // At the service's own address: on a large ledger it takes longer than the gateway lets anybody wait.
    private async Task<JsonObject> PostAsync(string who, string service, string path, object body)
    {
        using var http = new HttpClient { BaseAddress = cluster.App.GetEndpoint(service), Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await client.Tokens.OfAsync(who));
        using var answer = await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private static DateOnly Day(IDataRecord row, int column) => DateOnly.FromDateTime(row.GetDateTime(column));

    private void Report(string law, List<string> found)
    {
        foreach (var one in found.Take(MostShown))
        {
            _violations.Add(new(law, one));
        }

        if (found.Count > MostShown)
        {
            _violations.Add(new(law, string.Create(CultureInfo.InvariantCulture, $"… and {found.Count - MostShown} more like this")));
        }
    }
}
