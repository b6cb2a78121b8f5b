using Wuwei.Demonstration.Plan;

namespace Wuwei.Demonstration.Generator;

/// <summary>Somebody who does not exist.</summary>
/// <param name="Township">Nine digits: where the home is.</param>
public sealed record Person(string NationalId, string Name, string Township, DateOnly Birth)
{
    public string County => Township[..6];
}

/// <summary>Invents people who are 18 to 59 all through 2025, in the counties by their inhabitants.</summary>
public sealed class People
{
    private static readonly DateOnly Oldest = new(1966, 1, 1);
    private static readonly DateOnly Youngest = new(2006, 12, 1);
    private static readonly (string, int)[] Surnames =
    [
        ("王", 90), ("李", 90), ("张", 90), ("刘", 50), ("陈", 40), ("杨", 40), ("赵", 40), ("马", 30), ("徐", 25), ("朱", 20),
        ("高", 20), ("何", 20), ("郭", 20), ("罗", 15), ("宋", 15), ("韩", 15), ("冯", 15), ("蔡", 12), ("潘", 12), ("胡", 12),
        ("严", 10), ("俞", 10), ("段", 10), ("魏", 10), ("石", 10), ("雷", 8), ("丁", 8), ("柴", 6), ("安", 6), ("许", 6),
    ];

    private static readonly char[] MaleNames = [.. "伟强军勇斌涛鹏超辉刚健明磊波峰亮龙飞平林国庆生福兴海文德学志"];
    private static readonly char[] FemaleNames = [.. "芳娟敏静丽艳霞燕玲梅红秀英兰凤琴莲娜雪婷桂香玉春花慧萍云菊珍"];
    private static readonly string[] TibetanNames = ["扎西才让", "多杰才让", "索南加措", "卓玛草", "拉毛草", "才让卓玛", "旦正加", "桑吉草"];

    private readonly NationalIds _ids = new();

    /// <summary><paramref name="count"/> people of all counties, each county's from a stream of its own.</summary>
    /// <param name="oldest">Earliest date of birth.</param>
    public IReadOnlyList<Person> Make(string group, int count, DateOnly? oldest = null) =>
        [.. Census.Share(count).SelectMany(county => Make(group, county.Region, county.Part, oldest ?? Oldest))];

    private IEnumerable<Person> Make(string group, string county, int count, DateOnly oldest)
    {
        var random = new SeededRandom($"people/{group}/{county}");
        var townships = Census.Townships[county].ToArray();
        for (var i = 0; i < count; i++)
        {
            var male = random.Chance(0.58);
            var birth = random.Between(oldest, Youngest);
            yield return new(_ids.Make(county, birth, male, random), NameOf(county, male, random), random.Pick(townships), birth);
        }
    }

    private static string NameOf(string county, bool male, SeededRandom random)
    {
        if (county == "620623" && random.Chance(0.2))
        {
            return random.Pick(TibetanNames);
        }

        var letters = male ? MaleNames : FemaleNames;
        var given = $"{random.Pick(letters)}";
        return random.Pick(Surnames) + (random.Chance(0.25) ? given : given + random.Pick(letters));
    }
}
