using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wuwei.ServiceDefaults.Personal;

/// <summary>A person's name. Logs and answers get the mask; only <see cref="Reveal"/> gives the name.</summary>
[JsonConverter(typeof(MaskConverter<PersonName>))]
public sealed record PersonName
{
    /// <summary>Most characters, in code points: long enough for the names of all peoples here.</summary>
    public const int MaxLength = 50;

    private readonly string _name;

    private PersonName(string name) => _name = name;

    /// <summary>Reads what was typed: blanks at the ends go, every kind of middle dot becomes <c>·</c>.</summary>
    /// <param name="pointer">Where the name stood in the body.</param>
    /// <returns>The name; or 422 <c>person.name</c> when it is empty, too long, or holds something that is no letter.</returns>
    public static Decision<PersonName> Parse(string? text, string pointer = "/name")
    {
        var name = Typed.Narrow(text).Trim().Replace('•', '·').Replace('・', '·').Replace('‧', '·').Replace('.', '·');
        var runes = name.EnumerateRunes().ToArray();
        return runes.Length is >= 1 and <= MaxLength && runes.All(IsOfAName) && runes.Any(Rune.IsLetter)
            ? new PersonName(name)
            : Refusal.Invalid("person.name", $"姓名须为 1 到 {MaxLength} 个文字，可含间隔号“·”。", pointer);
    }

    /// <summary>A name that was checked before it was stored.</summary>
    public static PersonName OfStored(string name) => new(name);

    /// <summary>The whole name.</summary>
    public string Reveal() => _name;

    /// <summary>The first character and a star for each other: <c>张**</c>.</summary>
    public override string ToString()
    {
        var characters = new StringInfo(_name);
        return characters.LengthInTextElements == 0
            ? ""
            : characters.SubstringByTextElements(0, 1) + new string('*', characters.LengthInTextElements - 1);
    }

    private static bool IsOfAName(Rune rune) => rune.Value is '·' or ' '
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherLetter or UnicodeCategory.UppercaseLetter
            or UnicodeCategory.LowercaseLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}

/// <summary>Reads a name: what nobody sees in it, such as a zero-width space, would make two of one.</summary>
public sealed class NameTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = Json.ReadText(ref reader);
        return name?.EnumerateRunes().Any(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format) is true ? throw new JsonException("A name has no hidden characters.")
            : IdNumbers.AreIn(name) ? throw new IdNumberInTextException()
            : name;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
