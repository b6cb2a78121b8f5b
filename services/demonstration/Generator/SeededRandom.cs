using System.Security.Cryptography;
using System.Text;

namespace Wuwei.Demonstration.Generator;

/// <summary>
/// Numbers that are the same on every machine and every .NET version, unlike <see cref="Random"/>'s (SplitMix64). Each
/// name has its own stream: what one part of the generator draws moves no other part.
/// </summary>
public sealed class SeededRandom(string name)
{
    private ulong _state = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(Name(name))));

    /// <summary>An id that only depends on the name: a version 8 (custom) UUID.</summary>
    public static Guid IdOf(string name)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(Name(name)))[..16];
        bytes[6] = (byte)(bytes[6] & 0x0F | 0x80);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>0 (included) to 1 (excluded).</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Both ends included.</summary>
    public int Between(int least, int most) => least + (int)(Fraction() * (most - least + 1));

    /// <summary>Both ends included.</summary>
    public DateOnly Between(DateOnly first, DateOnly last) => first.AddDays(Between(0, last.DayNumber - first.DayNumber));

    public bool Chance(double probability) => Fraction() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Between(0, items.Count - 1)];

    /// <summary>Picks by weight.</summary>
    public T Pick<T>(IReadOnlyList<(T Item, int Weight)> items)
    {
        var drawn = Between(1, items.Sum(item => item.Weight));
        return items.First(item => (drawn -= item.Weight) <= 0).Item;
    }

    private ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    private static string Name(string name) => $"wuwei-demonstration/1/{name}";
}
