using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.ServiceDefaults;

/// <summary>How Wuwei reads and writes JSON: strict in, camelCase out, instants at +08:00.</summary>
public static class Json
{
    /// <summary>The one set of options; services and clients of services share it.</summary>
    public static readonly JsonSerializerOptions Options = Create();

    /// <summary>
    /// Makes options strict: unknown, duplicate or missing members, numbers in quotes, control characters, and identity
    /// numbers where none belongs are errors.
    /// </summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.PropertyNameCaseInsensitive = false;
        options.MaxDepth = 16;
        // Answers are read by people too: Chinese stays Chinese. Nothing here is written into HTML.
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new ExactNameConverter());
        options.Converters.Add(new TextConverter());
        options.Converters.Add(new InstantConverter());
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    // No name, number or remark has them: control characters but line breaks and tabs, and what turns text around.
    private static readonly SearchValues<char> s_noText = SearchValues.Create(
    [
        .. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Concat(Enumerable.Range(0x202a, 5)).Concat(Enumerable.Range(0x2066, 4))
            .Select(code => (char)code).Except(['\n', '\r', '\t']),
    ]);

    /// <summary>Reads text, trimmed.</summary>
    internal static string? ReadText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException();
        }

        var text = reader.GetString()!.Trim();
        return text.AsSpan().ContainsAny(s_noText) ? throw new JsonException("Control characters are not text.") : text;
    }

    private sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ReadText(ref reader) is var text && IdNumbers.AreIn(text) ? throw new IdNumberInTextException() : text;

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);
    }

    /// <summary>Enumerations by their names in kebab case, spelled exactly so: no numbers, no capitals.</summary>
    private sealed class ExactNameConverter : JsonConverterFactory
    {
        private static readonly JsonStringEnumConverter s_names = new(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);

        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(Exact<>).MakeGenericType(typeToConvert), s_names.CreateConverter(typeToConvert, options))!;

        // The framework's own takes names in any case.
        private sealed class Exact<T>(JsonConverter<T> inner) : JsonConverter<T> where T : struct, Enum
        {
            public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            {
                var value = inner.Read(ref reader, typeToConvert, options);
                return reader.ValueTextEquals(JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}")) ? value : throw new JsonException();
            }

            public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => inner.Write(writer, value, options);
        }
    }

    /// <summary>RFC 3339 with an offset in, +08:00 out.</summary>
    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString() ?? throw new JsonException();
            return Instants.TryParse(text, out var instant) ? instant : throw new JsonException("An instant needs an offset.");
        }

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Instants.Format(value));
    }
}

/// <summary>Instants as text: RFC 3339, always with an offset, written at +08:00.</summary>
public static class Instants
{
    /// <summary>Reads an instant that states its offset (or Z).</summary>
    public static bool TryParse(string? text, out DateTimeOffset instant)
    {
        instant = default;
        return text is { Length: > 19 } && (text[^1] == 'Z' || text[^6] is '+' or '-')
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out instant);
    }

    /// <summary>e.g. <c>2025-06-30T08:00:00.123456+08:00</c>.</summary>
    public static string Format(DateTimeOffset instant) =>
        instant.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFzzz", CultureInfo.InvariantCulture);
}
