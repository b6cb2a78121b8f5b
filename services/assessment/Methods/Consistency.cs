namespace Wuwei.Assessment.Methods;

/// <summary>Whether items say one thing or several. Items by units; where nothing differs, or a value is missing, an item says nothing and is left out.</summary>
internal static class Consistency
{
    /// <summary>
    /// Cronbach's alpha, k ÷ (k − 1) × (1 − Σ variances of the items ÷ variance of their sum): 1 when all say the same.
    /// Null: fewer than two items or three units, or their sum differs nowhere.
    /// </summary>
    public static double? Alpha(IReadOnlyList<double?[]> items)
    {
        var told = Telling(items);
        if (told.Length < 2)
        {
            return null;
        }

        var sum = Variance([.. Enumerable.Range(0, told[0].Length).Select(unit => told.Sum(item => item[unit]))]);
        return sum < Nothing ? null : told.Length / (told.Length - 1.0) * (1 - told.Sum(Variance) / sum);
    }

    /// <summary>Shares of the variance that the principal components explain, the largest first: eigenvalues of the correlation matrix. Empty: fewer than two items or three units.</summary>
    public static double[] Components(IReadOnlyList<double?[]> items)
    {
        double[][] told = [.. Telling(items).Select(Standard)];
        if (told.Length < 2)
        {
            return [];
        }

        double[][] correlations = [.. told.Select(one => told.Select(other => one.Zip(other, (x, y) => x * y).Sum()).ToArray())];
        return [.. Eigenvalues(correlations).OrderDescending().Select(value => Math.Max(0, value) / told.Length)];
    }

    /// <summary>Of a symmetric matrix, which is turned into a diagonal one: Jacobi's rotations.</summary>
    internal static double[] Eigenvalues(double[][] matrix)
    {
        var n = matrix.Length;
        for (var sweep = 0; sweep < 60; sweep++)
        {
            if (Enumerable.Range(0, n).Sum(i => matrix[i].Where((_, j) => j != i).Sum(value => value * value)) < 1e-22)
            {
                break;
            }

            for (var p = 0; p < n - 1; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    Rotate(matrix, p, q);
                }
            }
        }

        return [.. matrix.Select((row, i) => row[i])];
    }

    // Makes the element at (p, q) nothing.
    private static void Rotate(double[][] a, int p, int q)
    {
        if (a[p][q] == 0)
        {
            return;
        }

        var theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        var tangent = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        var cosine = 1 / Math.Sqrt(tangent * tangent + 1);
        var sine = tangent * cosine;
        for (var k = 0; k < a.Length; k++)
        {
            (a[k][p], a[k][q]) = (cosine * a[k][p] - sine * a[k][q], sine * a[k][p] + cosine * a[k][q]);
        }

        for (var k = 0; k < a.Length; k++)
        {
            (a[p][k], a[q][k]) = (cosine * a[p][k] - sine * a[q][k], sine * a[p][k] + cosine * a[q][k]);
        }
    }

    // What differs by rounding only does not differ.
    private const double Nothing = 1e-18;

    private static double[][] Telling(IReadOnlyList<double?[]> items) => [.. items
        .Where(item => item.Length >= 3 && item.All(value => value is not null))
        .Select(item => item.Select(value => value!.Value).ToArray())
        .Where(item => Variance(item) >= Nothing)];

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
    }

    // Of mean 0 and length 1: products are correlations.
    private static double[] Standard(double[] values)
    {
        var (mean, length) = (values.Average(), Math.Sqrt(Variance(values) * (values.Length - 1)));
        return [.. values.Select(value => (value - mean) / length)];
    }
}
