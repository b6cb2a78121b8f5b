using Wuwei.Assessment.Methods;
using Wuwei.Assessment.Robustness;
using Wuwei.Assessment.Schemes;
using Wuwei.Assessment.Scores;

namespace Wuwei.Bench.Floors;

/// <summary>
/// The plain way to draw weights and methods: one thread, one number at a time, ranks by sorting. The same draws, so that its
/// counts must be ours; what can be prepared before the first draw is prepared here too.
/// </summary>
internal sealed class ScalarDraws
{
    private readonly Experiment _experiment;
    private readonly int _units;
    private readonly (int Edge, int Leaf)[][] _groups; // by group: its items
    private readonly int[] _groupEdges;
    private readonly double[] _weights;
    private readonly double[][][] _values, _logarithms; // by normalisation, item, unit

    public ScalarDraws(ScoreTable table, DrawModel model, Experiment experiment)
    {
        _experiment = experiment;
        _units = table.Regions.Count;
        _weights = [.. model.Edges.Select(edge => edge.Weight)];
        int EdgeOf(string code) => model.Edges.Index().First(edge => edge.Item.Code == code).Index;
        _groups = [.. table.Scheme.Tree.Groups.Select(group => table.Scheme.Items.Index().Where(item => item.Item.Rule!.Group == group.Code)
            .Select(item => (EdgeOf(item.Item.Indicator), item.Index)).ToArray())];
        _groupEdges = [.. table.Scheme.Tree.Groups.Select(group => EdgeOf(group.Code))];
        _values = [.. experiment.Normalisations.Select(how => table.Scheme.Items.Select((_, item) => Values(table, item, how)).ToArray())];
        _logarithms = [.. _values.Select(items => items.Select(row => row.Select(value => Math.Log(value)).ToArray()).ToArray())];
    }

    /// <summary>Draws by unit and rank.</summary>
    public long[] Run(int draws)
    {
        var counts = new long[_units * _units];
        var factors = new double[_weights.Length + 2];
        for (var draw = 0; draw < draws; draw++)
        {
            Draws.Fill(_experiment.Seed, draw, factors);
            Count(factors, counts);
        }

        return counts;
    }

    /// <summary>As many computations as the design of a sensitivity analysis of so many rows has.</summary>
    public void RunSobol(int rows, IReadOnlyList<int> drawn)
    {
        var (a, b, counts) = (new double[_weights.Length + 2], new double[_weights.Length + 2], new long[_units * _units]);
        for (var row = 0; row < rows; row++)
        {
            Draws.Fill(_experiment.Seed, 2L * row, a);
            Draws.Fill(_experiment.Seed, 2L * row + 1, b);
            Count(a, counts);
            Count(b, counts);
            foreach (var factor in drawn)
            {
                var own = a[factor];
                a[factor] = b[factor];
                Count(a, counts);
                a[factor] = own;
            }
        }
    }

    private void Count(double[] factors, long[] counts)
    {
        var scores = Scores(factors);
        var order = new int[_units];
        for (var unit = 0; unit < _units; unit++)
        {
            order[unit] = unit;
            scores[unit] = -scores[unit];
        }

        Array.Sort(scores, order);
        var rank = 0;
        for (var at = 0; at < _units; at++)
        {
            rank = at > 0 && scores[at] == scores[at - 1] ? rank : at;
            counts[order[at] * _units + rank]++;
        }
    }

    private double[] Scores(double[] factors)
    {
        var edges = _weights.Length;
        var normalisation = (int)(factors[edges] * _experiment.Normalisations.Count);
        var isGeometric = _experiment.Aggregations[(int)(factors[edges + 1] * _experiment.Aggregations.Count)] is Aggregation.Geometric;
        var rows = isGeometric ? _logarithms[normalisation] : _values[normalisation];
        var scores = new double[_units];
        for (var unit = 0; unit < _units; unit++)
        {
            double goal = 0, all = 0;
            for (var group = 0; group < _groups.Length; group++)
            {
                double sum = 0, weights = 0;
                foreach (var (edge, leaf) in _groups[group])
                {
                    var weight = _weights[edge] * (1 + _experiment.Noise * (2 * factors[edge] - 1));
                    sum += weight * rows[leaf][unit];
                    weights += weight;
                }

                var own = _weights[_groupEdges[group]] * (1 + _experiment.Noise * (2 * factors[_groupEdges[group]] - 1));
                goal += own * (sum / weights); // the logarithm of a geometric mean is the mean of the logarithms
                all += own;
            }

            scores[unit] = Math.Min(100, 100 * (isGeometric ? Math.Exp(goal / all) : goal / all));
        }

        return scores;
    }

    private static double[] Values(ScoreTable table, int item, Normalisation how)
    {
        decimal?[] progress = [.. table.Regions.Select(unit => how is Normalisation.Scheme ? unit.Items[item].Score.Counted : unit.Items[item].Score.Progress)];
        var places = how switch { Normalisation.Scheme => progress, Normalisation.MinMax => Normalise.MinMax(progress), _ => Normalise.PercentileRank(progress) };
        return [.. places.Select(place => (double)place!.Value)];
    }
}
