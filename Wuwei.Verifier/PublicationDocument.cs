using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wuwei.Verifier;

/// <summary>A publication as it is downloaded: every row, the root over them, and who signed it.</summary>
/// <param name="Rows">Each in canonical JSON with a <c>key</c> and a <c>content</c>; the first says which publication it is.</param>
public sealed record PublicationDocument(SealedRoot Seal, IReadOnlyList<string> Rows)
{
    public const string Format = "wuwei-publication/1";

    /// <summary>The one form in which it is written: any other is not the document that was served.</summary>
    public byte[] ToBytes() => Documents.Write(Format, Seal, new() { ["rows"] = new JsonArray([.. Rows.Select(row => JsonValue.Create(row))]) });
}

/// <summary>One row of a publication and its way to the root.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Size">How many rows there are.</param>
/// <param name="Path">Hexadecimal hashes from its neighbour up to the root.</param>
public sealed record RowProof(SealedRoot Seal, long Index, long Size, IReadOnlyList<string> Path, string Row)
{
    public const string Format = "wuwei-proof/1";

    public byte[] ToBytes() => Documents.Write(Format, Seal, new()
    {
        ["index"] = Index,
        ["path"] = new JsonArray([.. Path.Select(hash => JsonValue.Create(hash))]),
        ["row"] = Row,
        ["size"] = Size,
    });
}

/// <summary>What both kinds of file have in common.</summary>
internal static class Documents
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    public static byte[] Write(string format, SealedRoot seal, JsonObject content)
    {
        content["algorithm"] = seal.Algorithm;
        content["format"] = format;
        content["keyId"] = seal.KeyId;
        content["publicKey"] = seal.PublicKey;
        content["root"] = seal.Root;
        content["signature"] = seal.Signature;
        using var document = JsonDocument.Parse(content.ToJsonString());
        return Encoding.UTF8.GetBytes(CanonicalJson.Write(document.RootElement));
    }

    /// <summary>A <see cref="PublicationDocument"/> or a <see cref="RowProof"/>; null when the bytes are neither.</summary>
    public static object? Read(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, s_strict);
            var root = document.RootElement;
            string Text(string name) => root.GetProperty(name).GetString()!;
            string[] Texts(string name) => [.. root.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];
            var seal = new SealedRoot(Text("algorithm"), Text("root"), Text("signature"), Text("keyId"), Text("publicKey"));
            return Text("format") switch
            {
                PublicationDocument.Format => new PublicationDocument(seal, Texts("rows")),
                RowProof.Format => new RowProof(seal, Integer(Text("index")), Integer(Text("size")), Texts("path"), Text("row")),
                _ => null,
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private static long Integer(string text) => long.TryParse(text, System.Globalization.NumberStyles.None, null, out var number)
        ? number
        : throw new FormatException();
}
