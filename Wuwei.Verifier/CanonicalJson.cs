using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Wuwei.Verifier;

/// <summary>
/// The one way to write a value: JSON by RFC 8785 (members in the order of their names, no blanks, the shortest escapes) with
/// every number as text, plainly and without idle zeros, since a score has more digits than a double.
/// </summary>
public static class CanonicalJson
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>The canonical text of JSON.</summary>
    /// <exception cref="FormatException">A number that is no decimal of 28 digits, or text that is no Unicode.</exception>
    public static string Write(JsonElement value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    /// <summary>Reads a text; null when it is not JSON in its canonical form.</summary>
    public static JsonElement? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, s_strict);
            return Write(document.RootElement) == text ? document.RootElement.Clone() : null;
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            return null;
        }
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Join(text, '{', '}', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal), member =>
                {
                    Quote(text, member.Name);
                    text.Append(':');
                    Write(text, member.Value);
                });
                break;
            case JsonValueKind.Array:
                Join(text, '[', ']', value.EnumerateArray(), item => Write(text, item));
                break;
            case JsonValueKind.String:
                Quote(text, TextOf(value));
                break;
            case JsonValueKind.Number:
                Quote(text, Number(value));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void Join<T>(StringBuilder text, char open, char close, IEnumerable<T> parts, Action<T> write)
    {
        text.Append(open);
        var first = true;
        foreach (var part in parts)
        {
            if (!first)
            {
                text.Append(',');
            }

            first = false;
            write(part);
        }

        text.Append(close);
    }

    private static string Number(JsonElement value) => value.TryGetDecimal(out var number)
        ? number.ToString("0.############################", CultureInfo.InvariantCulture)
        : throw new FormatException("A number that is no decimal.");

    private static string TextOf(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException("Half a surrogate pair is no text.", error);
        }
    }

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => text.Append(character),
            };
        }

        text.Append('"');
    }
}
