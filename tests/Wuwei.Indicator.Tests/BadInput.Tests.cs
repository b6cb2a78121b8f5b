using System.Net;
using System.Text.Json.Nodes;
using Wuwei.Testing;
using Wuwei.Testing.Attack;
using static Wuwei.Indicator.Tests.IndicatorService;

namespace Wuwei.Indicator.Tests;

/// <summary>The list of bad input, as far as it can come to reports and observations.</summary>
[Collection(nameof(Attacked))]
public sealed class BadInputTests(IndicatorService service)
{
    private int _months;

    [Fact]
    public async Task Given_what_is_wrong_by_the_list_When_sent_Then_each_is_answered_as_the_list_says()
    {
        var members = new Dictionary<string, string> { ["{text}"] = "/note", ["{number}"] = "/value" };

        var complaints = await new BadInput("indicator", members, 500, RightAsync, service.ClientFor, StoredAsync).TryAsync();

        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    private async Task<RightRequest> RightAsync(string name)
    {
        var caller = TestCaller.Of("indicator");
        // Each a report of its own, of which there are as many as months: first in one county, then in the next.
        var (region, month) = (_months / 54 == 0 ? Liangzhou : Gulang, _months++ % 54);
        var report = $"/reports/7/{region}/{2021 + month / 12}-{month % 12 + 1:00}";
        if (name == "list")
        {
            return new(HttpMethod.Get, "/reports", null, caller);
        }

        if (name == "locked")
        {
            await service.LockAsync("7", region, report[^7..], new { value = 5 });
        }
        else if (name is "correction" or "read")
        {
            await (await service.City.PutAsync(report, new { value = 5 })).ShouldBeAsync(HttpStatusCode.Created);
        }

        return new(name == "read" ? HttpMethod.Get : HttpMethod.Put, report, name == "read" ? null : new JsonObject { ["value"] = 6, ["note"] = "月报" }, caller);
    }

    private async Task<string> StoredAsync()
    {
        await using var command = service.Database.DataSource.CreateCommand(
            "select format('%s reports, %s messages', (select count(*) from report), (select count(*) from outbox_message))");
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
