using System.Text.Json;
using System.Text.Json.Nodes;
using Wuwei.Assessment.Scores;
using Wuwei.ServiceDefaults;
using Wuwei.Verifier;

namespace Wuwei.Assessment.Publications;

/// <summary>A row of a snapshot.</summary>
/// <param name="Key">e.g. <c>unit.620602</c>; once in a publication.</param>
/// <param name="Text">Canonical JSON with the key and the content.</param>
internal sealed record SnapshotRow(string Key, string Text)
{
    public static SnapshotRow Of(string key, JsonNode content)
    {
        var row = JsonSerializer.SerializeToElement(new JsonObject { ["content"] = content, ["key"] = key });
        return new(key, CanonicalJson.Write(row));
    }
}

/// <summary>
/// Everything that a score table rests on, as rows: the scheme's version, and for each unit its score and each item with its
/// formula, inputs and targets. What a row holds is what the API answers at that instant, less the addresses, so that anyone
/// who may read the scores can rebuild it (docs/publications.md).
/// </summary>
internal static class Snapshot
{
    public static IReadOnlyList<SnapshotRow> Of(Scoring scoring)
    {
        List<SnapshotRow> rows = [SnapshotRow.Of("scheme", Node(scoring.Table.Scheme))];
        foreach (var result in scoring.Table.Regions)
        {
            var unit = result.Region.Code;
            rows.Add(SnapshotRow.Of($"unit.{unit}", Node(RegionScore.Of(scoring, result))));
            if (scoring.Table.Scheme.Tree is { } tree && (tree.Groups.Count > 0 || tree.Points.Count > 0))
            {
                // Of a flat scheme the score follows from its items.
                rows.Add(SnapshotRow.Of($"tree.{unit}", Explanation(TreeExplanation.Of(scoring, unit, demonstration: false)!)));
            }

            rows.AddRange(result.Items.Select(item => SnapshotRow.Of(
                $"item.{unit}.{item.Item.Indicator}", Explanation(ItemExplanation.Of(scoring, unit, item.Item.Indicator, demonstration: false)!))));
        }

        return rows;
    }

    /// <summary>The first row, which says which publication this is: the root is over it too.</summary>
    public static SnapshotRow Head(PublicationHead head, DateTimeOffset asOf, DateTimeOffset publishedAt, bool demonstration, int rows) => SnapshotRow.Of(
        PublicationHead.Key,
        new JsonObject
        {
            ["algorithm"] = head.Algorithm,
            ["asOf"] = Instants.Format(asOf),
            ["corrects"] = head.Corrects,
            ["demonstration"] = demonstration,
            ["key"] = head.KeyId,
            ["number"] = head.Number,
            ["period"] = head.Period,
            ["previousRoot"] = head.PreviousRoot,
            ["publishedAt"] = Instants.Format(publishedAt),
            ["reason"] = head.Reason,
            ["rows"] = rows,
            ["scheme"] = head.Scheme,
            ["schemeVersion"] = head.SchemeVersion,
            ["version"] = head.Version,
        });

    // The heading is the publication's own.
    private static JsonObject Explanation<T>(T value)
    {
        var explanation = (JsonObject)Node(value);
        explanation.Remove("heading");
        return explanation;
    }

    private static JsonNode Node<T>(T value)
    {
        var node = JsonSerializer.SerializeToNode(value, Json.Options)!;
        RemoveAddresses(node);
        return node;
    }

    // Where something is found follows from what it is; it would be half of a snapshot, and another at every installation.
    private static void RemoveAddresses(JsonNode? node)
    {
        foreach (var child in node switch { JsonObject members => members.Select(member => member.Value), JsonArray items => items, _ => [] })
        {
            RemoveAddresses(child);
        }

        if (node is JsonObject linked)
        {
            linked.Remove("link");
            linked.Remove("links");
            linked.Remove("facts");
        }
    }
}
