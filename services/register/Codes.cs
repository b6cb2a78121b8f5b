using System.Collections.Frozen;
using System.Text.Json;

namespace Wuwei.Register;

/// <summary>Enumerations in the database, spelled as in the API: <c>micro-enterprise</c>.</summary>
internal static class Codes
{
    public static string Of<T>(T value) where T : struct, Enum => Names<T>.All[value];

    /// <exception cref="KeyNotFoundException">The database holds a code that this version does not know.</exception>
    public static T Parse<T>(string code) where T : struct, Enum => Names<T>.Values[code];

    private static class Names<T> where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> All =
            Enum.GetValues<T>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));

        public static readonly FrozenDictionary<string, T> Values = All.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);
    }
}
