using System.Buffers;

namespace Wuwei.ServiceDefaults;

/// <summary>The unified social credit code of an organisation.</summary>
public static class CreditCode
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly SearchValues<char> s_characters = SearchValues.Create(Alphabet);

    /// <summary>Blanks go, small letters become capitals; null when it is no code.</summary>
    /// <remarks>Source: GB 32100-2015. The check character is (31 − Σ value × 3^i mod 31) mod 31, i from 0.</remarks>
    public static string? Read(string text)
    {
        var code = text.Replace(" ", "").ToUpperInvariant();
        if (code.Length != 18 || code.AsSpan().ContainsAnyExcept(s_characters) || code.AsSpan(2, 6).ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        var (sum, weight) = (0, 1);
        foreach (var character in code.AsSpan(0, 17))
        {
            sum += Alphabet.IndexOf(character) * weight;
            weight = weight * 3 % 31;
        }

        return Alphabet[(31 - sum % 31) % 31] == code[17] ? code : null;
    }
}
