using Wuwei.Assessment.Schemes;

namespace Wuwei.Assessment.Robustness;

/// <summary>What is uncertain: by how much weights may be off, and which methods might be taken instead.</summary>
/// <param name="Noise">Every weight is drawn evenly between w·(1 − noise) and w·(1 + noise); 0 to below 1.</param>
/// <param name="Normalisations">One of them is drawn each time; the first is the scheme's own.</param>
/// <param name="Aggregations">One of them is drawn for every level; null, the first, is each level's own.</param>
internal sealed record Experiment(double Noise, IReadOnlyList<Normalisation> Normalisations, IReadOnlyList<Aggregation?> Aggregations, long Seed);

/// <summary>How often a unit came out where.</summary>
/// <param name="Counts">Draws by rank, the first first.</param>
internal sealed record UnitDraws(int Nominal, double NominalScore, long[] Counts, double MeanScore);

/// <summary>How much of the outcome an uncertainty explains.</summary>
/// <param name="First">By itself.</param>
/// <param name="Total">With everything it acts together with.</param>
internal sealed record Sensitivity(string Code, string Name, double First, double Total);

/// <summary>
/// Runs draws on all cores. Draws are cut into blocks of fixed size whose sums are added in the order of the blocks: the
/// same seed gives the same digits on any number of cores.
/// </summary>
/// <param name="cores">All when null.</param>
internal sealed class DrawRunner(DrawModel model, Experiment experiment, int? cores = null)
{
    private const int Block = 128;

    private readonly double[] _weights = [.. model.Edges.Select(edge => edge.Weight)];

    /// <summary>Ranks and scores under uncertainty.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public IReadOnlyList<UnitDraws> Uncertainty(int draws, CancellationToken cancellation) => Uncertainty(0, draws, cancellation);

    /// <summary>The same of a part of the draws.</summary>
    /// <param name="from">Number of the first one.</param>
    public IReadOnlyList<UnitDraws> Uncertainty(long from, int draws, CancellationToken cancellation)
    {
        var units = model.Units.Count;
        var nominal = Nominal();
        var blocks = new (long[] Counts, double[] Sums)[(draws + Block - 1) / Block];
        InBlocks(blocks.Length, (block, scratch) =>
        {
            var (counts, sums) = (new long[units * units], new double[units]);
            for (var draw = block * Block; draw < Math.Min(draws, (block + 1) * Block); draw++)
            {
                Draws.Fill(experiment.Seed, from + draw, scratch.A);
                Compute(scratch.A, scratch);
                for (var unit = 0; unit < units; unit++)
                {
                    counts[unit * units + scratch.Ranks[unit] - 1]++;
                    sums[unit] += scratch.Scores[unit];
                }
            }

            blocks[block] = (counts, sums);
        }, cancellation);
        return [.. Enumerable.Range(0, units).Select(unit => new UnitDraws(
            nominal.Ranks[unit], nominal.Scores[unit],
            [.. Enumerable.Range(0, units).Select(rank => blocks.Sum(block => block.Counts[unit * units + rank]))],
            blocks.Sum(block => block.Sums[unit]) / draws))];
    }

    /// <summary>
    /// Shares of the variance of the outcome, which is how far ranks are from the official ones on average: first order
    /// after Saltelli (2010), total after Jansen (1999).
    /// </summary>
    /// <param name="rows">Each costs as many computations as there are factors, and two.</param>
    public (IReadOnlyList<Sensitivity> Factors, double MeanShift, double Variance) Sobol(int rows, CancellationToken cancellation)
    {
        var factors = Factors();
        var nominal = Nominal().Ranks;
        var blocks = new (double Sum, double Squares, double[] First, double[] Total)[(rows + Block - 1) / Block];
        InBlocks(blocks.Length, (block, scratch) =>
        {
            var (sum, squares, first, total) = (0.0, 0.0, new double[factors.Count], new double[factors.Count]);
            for (var row = block * Block; row < Math.Min(rows, (block + 1) * Block); row++)
            {
                var (a, b) = (scratch.A, scratch.B);
                Draws.Fill(experiment.Seed, 2L * row, a);
                Draws.Fill(experiment.Seed, 2L * row + 1, b);
                var (ofA, ofB) = (Shift(a, scratch, nominal), Shift(b, scratch, nominal));
                sum += ofA + ofB;
                squares += ofA * ofA + ofB * ofB;
                for (var at = 0; at < factors.Count; at++)
                {
                    var own = a[factors[at].Factor];
                    a[factors[at].Factor] = b[factors[at].Factor];
                    var mixed = Shift(a, scratch, nominal);
                    a[factors[at].Factor] = own;
                    first[at] += ofB * (mixed - ofA);
                    total[at] += (ofA - mixed) * (ofA - mixed);
                }
            }

            blocks[block] = (sum, squares, first, total);
        }, cancellation);
        var mean = blocks.Sum(block => block.Sum) / (2.0 * rows);
        var variance = blocks.Sum(block => block.Squares) / (2.0 * rows) - mean * mean;
        return ([.. factors.Select((factor, at) => new Sensitivity(
            factor.Code, factor.Name,
            variance > 0 ? blocks.Sum(block => block.First[at]) / rows / variance : 0,
            variance > 0 ? blocks.Sum(block => block.Total[at]) / (2.0 * rows) / variance : 0))], mean, variance);
    }

    /// <summary>What is drawn: weights that matter, and methods where there is a choice.</summary>
    public IReadOnlyList<(int Factor, string Code, string Name)> Factors() =>
    [
        .. model.Edges.Index().Where(edge => experiment.Noise > 0 && !edge.Item.IsAlone).Select(edge => (edge.Index, edge.Item.Code, $"权重：{edge.Item.Name}")),
        .. experiment.Normalisations.Count > 1 ? [(model.Edges.Count, "normalisation", "标准化方法")] : Array.Empty<(int, string, string)>(),
        .. experiment.Aggregations.Count > 1 ? [(model.Edges.Count + 1, "aggregation", "合成方法")] : Array.Empty<(int, string, string)>(),
    ];

    private DrawModel.Scratch Nominal()
    {
        var scratch = new DrawModel.Scratch(model);
        model.Compute(_weights, 0, null, scratch);
        return scratch;
    }

    // How far ranks are from the official ones on average.
    private double Shift(ReadOnlySpan<double> factors, DrawModel.Scratch scratch, int[] nominal)
    {
        Compute(factors, scratch);
        var shift = 0;
        for (var unit = 0; unit < nominal.Length; unit++)
        {
            shift += Math.Abs(scratch.Ranks[unit] - nominal[unit]);
        }

        return (double)shift / nominal.Length;
    }

    private void Compute(ReadOnlySpan<double> factors, DrawModel.Scratch scratch)
    {
        for (var edge = 0; edge < _weights.Length; edge++)
        {
            scratch.Drawn[edge] = _weights[edge] * (1 + experiment.Noise * (2 * factors[edge] - 1));
        }

        model.Compute(
            scratch.Drawn,
            Choice(factors[_weights.Length], experiment.Normalisations.Count),
            experiment.Aggregations[Choice(factors[_weights.Length + 1], experiment.Aggregations.Count)],
            scratch);
    }

    private static int Choice(double factor, int count) => (int)(factor * count);

    private void InBlocks(int blocks, Action<int, DrawModel.Scratch> run, CancellationToken cancellation) => Parallel.For(
        0, blocks,
        new ParallelOptions { MaxDegreeOfParallelism = cores ?? Environment.ProcessorCount, CancellationToken = cancellation },
        () => new DrawModel.Scratch(model),
        (block, _, scratch) =>
        {
            run(block, scratch);
            return scratch;
        },
        _ => { });
}
