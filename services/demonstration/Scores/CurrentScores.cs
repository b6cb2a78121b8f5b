using Wuwei.Demonstration.Gateway;
using Wuwei.ServiceDefaults.Regions;

namespace Wuwei.Demonstration.Scores;

/// <summary>Pulls the latest combined scores as the assessment office does.</summary>
public static class CurrentScores
{
    private const string Office = "assessment-office";
    private const string Path = "/api/assessment/v1/scores";

    /// <summary>The table as text, counties by rank, the city last; null when there is nothing to score yet.</summary>
    public static async Task<string?> FormatAsync(GatewayClient gateway, CancellationToken cancellation)
    {
        if (await gateway.FindAsync<Document>(Office, Path, cancellation) is not { } document)
        {
            return null;
        }

        var rows = document.Regions.OrderBy(row => row.Score.Rank ?? int.MaxValue).Select(row => new RegionScore(
            row.Score.Region, row.Score.Name, row.Score.Rank, row.Score.Score, [.. row.Items.Select(item => item with { Remark = item.Remark ?? "" })]));
        return ScoreTable.Format(document.Heading.Period, [.. rows], document.Heading.Notes);
    }

    /// <summary>The city's values to date, by indicator.</summary>
    public static async Task<IReadOnlyDictionary<string, decimal?>> CityValuesAsync(GatewayClient gateway, CancellationToken cancellation)
    {
        var document = await gateway.FindAsync<Document>(Office, Path, cancellation);
        return document?.Regions.Single(row => row.Score.Region == RegionCode.City).Items.ToDictionary(item => item.Indicator, item => item.Value) ?? [];
    }

    private sealed record Document(Heading Heading, IReadOnlyList<Row> Regions);

    private sealed record Heading(string Period, IReadOnlyList<string> Notes);

    private sealed record Row(Summary Score, IReadOnlyList<ItemScore> Items);

    private sealed record Summary(string Region, string Name, decimal? Score, int? Rank);
}
