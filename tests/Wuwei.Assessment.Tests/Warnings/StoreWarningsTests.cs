using System.Text.Json;
using Wuwei.Assessment.Warnings;
using Wuwei.Contracts.Warnings;
using Wuwei.Testing;

namespace Wuwei.Assessment.Tests.Warnings;

public sealed class StoreWarningsTests(AssessmentService service) : IClassFixture<AssessmentService>
{
    [Fact]
    public async Task Given_revisions_of_warnings_When_they_arrive_in_any_order_and_twice_Then_the_highest_is_shown_to_its_own_region()
    {
        _ = service.Server;
        var (one, other) = (Said("620602", 1), Said("620621", 1) with { ReportTo = null, ReportBy = null });
        await service.DeliverAsync<WarningChanged, StoreWarnings>(one with { Revision = 3, State = "acting" }, one, other);
        await service.DeliverAsync<WarningChanged, StoreWarnings>(one with { Revision = 2, State = "acknowledged" }, one with { Revision = 3, State = "acting" });

        Assert.Equal(["620602 acting 3", "620621 open 1"], await ShownAsync(TestCaller.AssessmentOffice));
        Assert.Equal(["620621 open 1"], await ShownAsync(TestCaller.AssessmentOffice with { Region = "620621" }));
    }

    private async Task<string[]> ShownAsync(TestCaller caller)
    {
        using var client = service.ClientFor(caller);
        var page = JsonDocument.Parse(await client.GetStringAsync(new Uri("warnings", UriKind.Relative))).RootElement;
        return [.. page.GetProperty("items").EnumerateArray().Select(w => $"{w.GetProperty("region")} {w.GetProperty("state")} {w.GetProperty("revision")}").Order(StringComparer.Ordinal)];
    }

    private static WarningChanged Said(string region, int revision) => new(
        Guid.CreateVersion7(), "job-loss-rate", region, "", "red", "open", "2025-06", 12.5m, "岗位流失率 12.5%。", false, "620600",
        new(2025, 7, 15, 14, 0, 0, TimeSpan.FromHours(8)), new(2025, 7, 15, 12, 0, 0, TimeSpan.FromHours(8)), revision);
}
