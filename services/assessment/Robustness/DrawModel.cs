using System.Numerics;
using System.Runtime.InteropServices;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;

namespace Wuwei.Assessment.Robustness;

/// <summary>
/// The scores of units of like, laid out for being computed ten thousand times: values by part and unit in rows of whole
/// vectors, every transformation that a mean needs made once. A level's mean is then a sum of weighted rows.
/// </summary>
/// <remarks>
/// <see cref="double"/>: what comes out are shares of draws, not scores anybody is held to; without noise it is the official
/// score to 1e-9 (a test compares them), and what is nearer than that is equal. Who has no official score takes no part.
/// </remarks>
internal sealed class DrawModel
{
    private const double Equal = 1e-9;
    private const int Raw = 0, Logarithm = 1, Inverse = 2;

    // Below this a part leaves nothing of a geometric or harmonic mean, as in the official score.
    private static readonly double s_nothing = double.NegativeInfinity;

    private readonly Node[] _nodes;
    private readonly double[][][][] _leaves; // by normalisation, transformation, leaf: a row of units
    private readonly double[] _points;
    private readonly int _stride;

    private DrawModel(IReadOnlyList<string> units, IReadOnlyList<Edge> edges, Node[] nodes, double[][][][] leaves, double[] points, int stride) =>
        (Units, Edges, _nodes, _leaves, _points, _stride) = (units, edges, nodes, leaves, points, stride);

    /// <summary>Codes of the units.</summary>
    public IReadOnlyList<string> Units { get; }

    /// <summary>Everything that has a weight: items and groups.</summary>
    public IReadOnlyList<Edge> Edges { get; }

    /// <summary>Something weighted.</summary>
    /// <param name="Code">An item's indicator or a group's code.</param>
    /// <param name="IsAlone">The only part of its level: its weight changes nothing.</param>
    internal sealed record Edge(string Code, string Name, bool IsGroup, double Weight, bool IsAlone);

    /// <param name="Edges">Which of the edges are its parts.</param>
    /// <param name="Children">By part: a leaf, or the complement of a node's place.</param>
    /// <param name="Present">By part: a row of ones and zeros; null: all units have it.</param>
    private sealed record Node(Aggregation Aggregation, int[] Edges, int[] Children, double[]?[] Present)
    {
        public bool IsWhole { get; } = Present.All(row => row is null);
    }

    /// <summary>Room for one computation, used again and again by one thread.</summary>
    internal sealed class Scratch(DrawModel model)
    {
        public double[][] Nodes { get; } = [.. model._nodes.Select(_ => new double[model._stride])];
        public double[] Sums { get; } = new double[model._stride];
        public double[] Weights { get; } = new double[model._stride];
        public double[] Drawn { get; } = new double[model.Edges.Count];
        public double[] A { get; } = new double[model.Edges.Count + 2];
        public double[] B { get; } = new double[model.Edges.Count + 2];
        public double[] Scores { get; } = new double[model._stride];
        public int[] Ranks { get; } = new int[model.Units.Count];
    }

    /// <summary>Lays out the units of like that have a score.</summary>
    /// <param name="normalisations">Those that will be drawn from; the first is the scheme's own.</param>
    public static DrawModel Of(ScoreTable table, string peers, IReadOnlyList<Normalisation> normalisations)
    {
        RegionResult[] units = [.. table.Regions.Where(result => result.Unit.IsRanked && result.Unit.Peers == peers && result.Base is not null && result.VoidedBy.Count == 0)];
        var stride = (units.Length + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
        var levels = units.Length == 0 ? [] : units[0].Levels;
        List<Edge> edges = [];
        List<Node> nodes = [];
        var items = table.Scheme.Items.Index().ToDictionary(item => item.Item.Indicator, item => item.Index);
        var nodeOf = new Dictionary<string, int>();

        // Each group stands after the one it is in, so that from the end every part comes before its whole.
        for (var at = levels.Count - 1; at >= 0; at--)
        {
            var level = levels[at];
            var places = Enumerable.Range(edges.Count, level.Parts.Count).ToArray();
            nodes.Add(new(
                level.Aggregation, places,
                [.. level.Parts.Select(part => part.IsGroup ? ~nodeOf[part.Code] : items[part.Code])],
                [.. level.Parts.Select((_, part) => units.All(unit => unit.Levels[at].Parts[part].Value is not null) ? null
                    : Row(stride, units, unit => unit.Levels[at].Parts[part].Value is null ? 0 : 1))]));
            edges.AddRange(level.Parts.Select(part => new Edge(part.Code, part.Name, part.IsGroup, (double)part.Weight, level.Parts.Count == 1)));
            nodeOf[level.Code] = nodes.Count - 1;
        }

        double[][][][] leaves = [.. normalisations.Select(normalisation => table.Scheme.Items.Select((_, item) => Normalisations.Of(units, item, normalisation)).ToArray())
            .Select(values => new[]
            {
                values.Select(row => Row(stride, row, value => value)).ToArray(),
                values.Select(row => Row(stride, row, value => value > 0 ? Math.Log(value) : s_nothing)).ToArray(),
                values.Select(row => Row(stride, row, value => value > 0 ? 1 / value : double.PositiveInfinity)).ToArray(),
            })];
        return new([.. units.Select(unit => unit.Region.Code)], edges, [.. nodes], leaves,
            Row(stride, units, unit => (double)ScoreTable.PointsOf(table.Scheme, unit.Points)), stride);
    }

    /// <summary>Scores and ranks under some weights.</summary>
    /// <param name="weights">By edge, above 0.</param>
    /// <param name="normalisation">Which of those the model was made with.</param>
    /// <param name="aggregation">For every level; null: each its own.</param>
    public void Compute(ReadOnlySpan<double> weights, int normalisation, Aggregation? aggregation, Scratch scratch)
    {
        for (var at = 0; at < _nodes.Length; at++)
        {
            var how = aggregation ?? _nodes[at].Aggregation;
            switch (how)
            {
                case Aggregation.Median:
                    Median(_nodes[at], weights, normalisation, scratch, scratch.Nodes[at]);
                    break;
                case Aggregation.Copeland:
                    Copeland(_nodes[at], weights, normalisation, scratch, scratch.Nodes[at]);
                    break;
                default:
                    Mean(_nodes[at], how, weights, normalisation, scratch, scratch.Nodes[at]);
                    break;
            }
        }

        Span<Vector<double>> goal = Vectors(scratch.Nodes[^1]), points = Vectors(_points), scores = Vectors(scratch.Scores);
        for (var at = 0; at < scores.Length; at++)
        {
            scores[at] = Vector.Max(Vector.Min(goal[at] * 100, new Vector<double>(100)) + points[at], Vector<double>.Zero);
        }

        scratch.Scores.AsSpan(Units.Count).Fill(double.NegativeInfinity); // behind everybody
        Rank(scratch.Scores, scratch.Ranks);
    }

    private void Mean(Node node, Aggregation how, ReadOnlySpan<double> weights, int normalisation, Scratch scratch, double[] result)
    {
        var transform = how switch { Aggregation.Geometric => Logarithm, Aggregation.Harmonic => Inverse, _ => Raw };
        var total = 0.0;
        Span<Vector<double>> sums = Vectors(scratch.Sums), totals = Vectors(scratch.Weights), whole = Vectors(result);
        sums.Clear();
        totals.Clear();
        for (var part = 0; part < node.Edges.Length; part++)
        {
            var (weight, child, present) = (weights[node.Edges[part]], node.Children[part], node.Present[part]);
            var row = Vectors(child >= 0 ? _leaves[normalisation][transform][child] : scratch.Nodes[~child]);
            total += weight;
            if (present is null && (child >= 0 || transform == Raw))
            {
                for (var at = 0; at < row.Length; at++)
                {
                    sums[at] += row[at] * weight;
                }
            }
            else
            {
                for (var at = 0; at < row.Length; at++)
                {
                    var value = child >= 0 || transform == Raw ? row[at]
                        : transform == Logarithm ? Log(row[at])
                        : Vector<double>.One / Vector.Max(row[at], Vector<double>.Zero);
                    // Who does not have the part may hold no number there.
                    sums[at] += present is null ? value * weight
                        : Vector.ConditionalSelect(Vector.GreaterThan(Vectors(present)[at], Vector<double>.Zero), value * weight, Vector<double>.Zero);
                }
            }

            for (var at = 0; !node.IsWhole && at < totals.Length; at++)
            {
                totals[at] += present is null ? new Vector<double>(weight) : Vectors(present)[at] * weight;
            }
        }

        for (var at = 0; at < whole.Length; at++)
        {
            var mean = sums[at] / (node.IsWhole ? new Vector<double>(total) : totals[at]);
            whole[at] = transform switch { Logarithm => Vector.Exp(mean), Inverse => Vector<double>.One / mean, _ => mean };
        }
    }

    private static Span<Vector<double>> Vectors(double[] row) => MemoryMarshal.Cast<double, Vector<double>>(row.AsSpan());

    // A logarithm of nothing is far below everything; of less than nothing it would be no number.
    private static Vector<double> Log(Vector<double> value) => Vector.ConditionalSelect(
        Vector.GreaterThan(value, Vector<double>.Zero), Vector.Log(value), new Vector<double>(s_nothing));

    private void Median(Node node, ReadOnlySpan<double> weights, int normalisation, Scratch scratch, double[] result)
    {
        Span<(double Value, double Weight)> parts = new (double, double)[node.Edges.Length];
        for (var unit = 0; unit < Units.Count; unit++)
        {
            var (count, half) = (0, 0.0);
            for (var part = 0; part < node.Edges.Length; part++)
            {
                if (ValueOf(node, part, unit, normalisation, scratch) is var value && !double.IsNaN(value))
                {
                    parts[count++] = (value, weights[node.Edges[part]]);
                    half += weights[node.Edges[part]] / 2;
                }
            }

            parts[..count].Sort((one, other) => one.Value.CompareTo(other.Value));
            var (below, at) = (0.0, 0);
            for (; at < count - 1 && below + parts[at].Weight < half; at++)
            {
                below += parts[at].Weight;
            }

            result[unit] = count == 0 ? double.NaN
                : below + parts[at].Weight == half && at + 1 < count ? (parts[at].Value + parts[at + 1].Value) / 2
                : parts[at].Value;
        }
    }

    private void Copeland(Node node, ReadOnlySpan<double> weights, int normalisation, Scratch scratch, double[] result)
    {
        var compared = Enumerable.Range(0, Units.Count).Count(unit => node.Present.Any(row => row is null || row[unit] > 0));
        for (var unit = 0; unit < Units.Count; unit++)
        {
            var net = 0;
            for (var other = 0; other < Units.Count; other++)
            {
                var better = 0.0;
                for (var part = 0; part < node.Edges.Length; part++)
                {
                    var (own, theirs) = (ValueOf(node, part, unit, normalisation, scratch), ValueOf(node, part, other, normalisation, scratch));
                    better += own > theirs ? weights[node.Edges[part]] : own < theirs ? -weights[node.Edges[part]] : 0;
                }

                net += Math.Sign(better);
            }

            result[unit] = compared == 1 ? 1 : (net + compared - 1.0) / (2 * (compared - 1));
        }
    }

    private double ValueOf(Node node, int part, int unit, int normalisation, Scratch scratch) =>
        node.Present[part] is { } present && present[unit] == 0 ? double.NaN
        : node.Children[part] is >= 0 and var leaf ? _leaves[normalisation][Raw][leaf][unit]
        : scratch.Nodes[~node.Children[part]][unit];

    // 1 + how many are better; a comparison of a vector is −1 for each that is.
    private static void Rank(double[] scores, int[] ranks)
    {
        var all = Vectors(scores);
        for (var unit = 0; unit < ranks.Length; unit++)
        {
            var (own, better) = (new Vector<double>(scores[unit] + Equal), Vector<long>.Zero);
            foreach (var others in all)
            {
                better -= Vector.GreaterThan(others, own);
            }

            ranks[unit] = 1 + (int)Vector.Sum(better);
        }
    }

    private static double[] Row<T>(int stride, IReadOnlyList<T> units, Func<T, double> value)
    {
        var row = new double[stride];
        for (var unit = 0; unit < units.Count; unit++)
        {
            row[unit] = value(units[unit]);
        }

        return row;
    }
}
