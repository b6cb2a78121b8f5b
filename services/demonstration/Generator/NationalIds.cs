using System.Globalization;

namespace Wuwei.Demonstration.Generator;

/// <summary>Makes citizens' numbers that obey GB 11643-1999 and that nobody holds by anything but chance.</summary>
public sealed class NationalIds
{
    private const string Checks = "10X98765432";
    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    private readonly HashSet<string> _made = [];

    /// <summary>A number not made before, of somebody registered at birth in the county.</summary>
    /// <param name="county">Today's code of the county.</param>
    public string Make(string county, DateOnly birth, bool male, SeededRandom random)
    {
        while (true)
        {
            // An odd sequence number is a man's.
            var sequence = random.Between(0, 499) * 2 + (male ? 1 : 0);
            var body = string.Create(CultureInfo.InvariantCulture, $"{AreaOf(county, birth.Year)}{birth:yyyyMMdd}{sequence:000}");
            if (_made.Add(body))
            {
                return body + Check(body);
            }
        }
    }

    /// <summary>The eighteenth character of seventeen digits.</summary>
    public static char Check(string body) => Checks[Weights.Select((weight, i) => weight * (body[i] - '0')).Sum() % 11];

    // Wuwei's codes until 2000; a number keeps the one it was issued with.
    private static string AreaOf(string county, int birthYear) => (county, birthYear) switch
    {
        (_, > 2000) => county,
        ("620602", < 1985) => "622321",
        ("620602", _) => "622301",
        ("620621", _) => "622322",
        ("620622", _) => "622323",
        _ => "622326",
    };
}
