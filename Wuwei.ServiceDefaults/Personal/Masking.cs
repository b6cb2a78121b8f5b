using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wuwei.ServiceDefaults.Personal;

/// <summary>Writes the mask. Reading is refused: what comes in is text, and is parsed by the rule that can say what is wrong.</summary>
internal sealed class MaskConverter<T> : JsonConverter<T> where T : class
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException($"Bodies hold text; {typeof(T).Name}.Parse reads it.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>Text as it comes from input methods and spreadsheets.</summary>
public static class Typed
{
    /// <summary>The number of a document as such numbers are compared: in usual form and capitals, nothing invisible in it.</summary>
    public static string Number(string text) => string.Concat(Narrow(text).ToUpperInvariant()
        .Where(character => !char.IsWhiteSpace(character) && char.GetUnicodeCategory(character) is not UnicodeCategory.Format));

    /// <summary>Full-width digits, letters and signs become their usual form, the ideographic space a blank.</summary>
    /// <remarks>By hand: without ICU (invariant globalization) .NET leaves text as it is when asked to normalise it.</remarks>
    public static string Narrow(string? text) => !(text ??= "").AsSpan().ContainsAnyExceptInRange(' ', '~') ? text : string.Create(text.Length, text, (result, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            result[i] = source[i] switch
            {
                >= '\uff01' and <= '\uff5e' and var wide => (char)(wide - 0xfee0),
                '\u3000' or '\u00a0' => ' ',
                var other => other,
            };
        }
    });
}
