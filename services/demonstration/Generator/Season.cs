using Wuwei.Demonstration.Plan;

namespace Wuwei.Demonstration.Generator;

/// <summary>How a total of the city falls on months and counties.</summary>
public static class Season
{
    /// <summary>
    /// Workers leave after the Spring Festival: 74 % by March, 94 % by June, 98.5 % by September. Shape after monthly
    /// reports of Gansu's cities (Gansu 2022: 77.5 % by March; 武都 97.9 % by June).
    /// </summary>
    public static readonly IReadOnlyList<double> Departures = [28, 26, 20, 8, 7, 5, 2, 1.5, 1, 0.6, 0.5, 0.4];

    /// <summary>Courses are held when the fields rest. Synthetic.</summary>
    public static readonly IReadOnlyList<double> Trainings = [9, 10, 11, 7, 5, 5, 5, 6, 7, 9, 14, 12];

    /// <summary>Loans go out all year, more before its end. Synthetic.</summary>
    public static readonly IReadOnlyList<double> Loans = [5, 5, 8, 8, 9, 10, 8, 8, 9, 9, 10, 11];

    /// <summary>New urban jobs: a third in the first quarter (2025: 6,720 of some 21,000). Months within synthetic.</summary>
    public static readonly IReadOnlyList<double> Jobs = [10, 9, 13, 9, 9, 9, 8, 8, 8, 6, 6, 5];

    /// <summary>Re-employment of the unemployed. Synthetic.</summary>
    public static readonly IReadOnlyList<double> Reemployed = [6, 7, 11, 10, 9, 9, 8, 8, 9, 9, 8, 6];

    /// <summary>What a county does more or less than its inhabitants let one expect: up to 12 % either way. Synthetic.</summary>
    public static IReadOnlyList<double> Tilted(string what)
    {
        var random = new SeededRandom($"tilt/{what}");
        return [.. Census.Counties.Select(county => county.Persons * (0.88 + 0.24 * random.Fraction()))];
    }

    /// <summary>A whole number over twelve months; the months add up to it exactly.</summary>
    public static int[] Spread(int year, IReadOnlyList<double> season) => Census.Apportion(year, season);
}
