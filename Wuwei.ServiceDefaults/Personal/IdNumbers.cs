using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Wuwei.ServiceDefaults.Personal;

/// <summary>
/// Identity numbers in text that is kept as it stands, such as remarks, numbers of documents and addresses. They do not
/// belong there: only the members for them are encrypted.
/// </summary>
/// <remarks>
/// A number counts when its check character is right and the person is at least ten years old: eighteen digits made of a
/// region, a day of these years and a serial number are a document's.
/// </remarks>
public static partial class IdNumbers
{
    public static bool AreIn(string? text) =>
        text is { Length: >= 18 } && Candidates().Matches(Typed.Narrow(text)).Any(match => Read(match.Value) is not null);

    /// <summary>The text with every identity number masked.</summary>
    public static string Mask(string text) => Candidates().Replace(Typed.Narrow(text), match => Read(match.Value)?.ToString() ?? match.Value);

    private static NationalId? Read(string digits)
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        return NationalId.Parse(digits, today).IsRefused(out _, out var number) || number.AgeOn(today) < 10 ? null : number;
    }

    [GeneratedRegex("(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Candidates();
}

/// <summary>There is an identity number in a member that is not for one.</summary>
internal sealed class IdNumberInTextException() : JsonException("An identity number does not belong here.");

/// <summary>Reads a member that may hold an identity number because its owner sees to it that it is not kept in clear.</summary>
public sealed class IdNumberConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Json.ReadText(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
