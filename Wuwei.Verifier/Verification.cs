using System.Text;
using System.Text.Json;

namespace Wuwei.Verifier;

/// <summary>What a publication says of itself in its first row.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Version">Of the scheme and period: 1, and one more with each correction.</param>
/// <param name="Corrects">Number of the publication that it corrects; null: it is the first.</param>
/// <param name="PreviousRoot">Root of the publication before; null: it is the first of all.</param>
public sealed record PublicationHead(
    long Number, string Scheme, int SchemeVersion, string Period, int Version, long? Corrects, string? Reason, string? PreviousRoot,
    string Algorithm, string KeyId)
{
    public const string Key = "publication";

    /// <summary>Reads it from a row; null when the row is another.</summary>
    public static PublicationHead? Read(string row)
    {
        try
        {
            if (CanonicalJson.Read(row) is not { } read || read.GetProperty("key").GetString() != Key)
            {
                return null;
            }

            var content = read.GetProperty("content");
            string Text(string name) => content.GetProperty(name).GetString() ?? throw new FormatException();
            string? Maybe(string name) => content.GetProperty(name).GetString();
            return new(
                long.Parse(Text("number"), null), Text("scheme"), int.Parse(Text("schemeVersion"), null), Text("period"),
                int.Parse(Text("version"), null), Maybe("corrects") is { } number ? long.Parse(number, null) : null, Maybe("reason"),
                Maybe("previousRoot"), Text("algorithm"), Text("key"));
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            return null;
        }
    }
}

/// <summary>What was found wrong with a file.</summary>
/// <param name="Head">Null: it does not say which publication it is, or it is the proof of another row.</param>
/// <param name="Root">The root that it states.</param>
/// <param name="Faults">In Chinese; none: it is what was published.</param>
public sealed record Finding(PublicationHead? Head, string? Root, string? Fingerprint, IReadOnlyList<string> Faults)
{
    public bool IsSound => Faults.Count == 0;
}

/// <summary>Checks downloaded publications and proofs: from their bytes alone, without any service.</summary>
public static class Verification
{
    /// <summary>Checks one file.</summary>
    /// <param name="fingerprint">Of the key that must have signed it, as made known elsewhere; null: the one in the file.</param>
    public static Finding Of(byte[] file, string? fingerprint = null)
    {
        var document = Documents.Read(file);
        var (seal, head, faults) = document switch
        {
            PublicationDocument publication => (publication.Seal, PublicationHead.Read(publication.Rows is [var first, ..] ? first : ""), FaultsOf(publication)),
            RowProof proof => (proof.Seal, PublicationHead.Read(proof.Row), FaultsOf(proof)),
            _ => (null, null, (List<string>)["不是发布文件或行证明，或 JSON 无法读取"]),
        };
        if (seal is null)
        {
            return new(null, null, null, faults);
        }

        if (!file.AsSpan().SequenceEqual(document is RowProof row ? row.ToBytes() : ((PublicationDocument)document!).ToBytes()))
        {
            faults.Add("文件不是规范形式：字节被改动过");
        }

        var signed = seal.IsSigned(document is RowProof { Size: var size } ? size : ((PublicationDocument)document!).Rows.Count);
        if (!signed)
        {
            faults.Add("签名无效");
        }

        var actual = signed ? seal.Fingerprint : null;
        if (signed && fingerprint is not null && !string.Equals(fingerprint, actual, StringComparison.OrdinalIgnoreCase))
        {
            faults.Add($"签名密钥不是指定的密钥，其指纹为 {actual}");
        }

        if (head is not null && (head.Algorithm != seal.Algorithm || head.KeyId != seal.KeyId))
        {
            faults.Add("首行所载算法或密钥与文件不符");
        }

        return new(head, seal.Root, actual, faults);
    }

    /// <summary>Checks that publications follow one another: each names the root of the one before, and corrects one that is there.</summary>
    /// <param name="findings">Of files that are sound by themselves, in any order, some of the chain or all of it.</param>
    public static IReadOnlyList<string> Chain(IEnumerable<Finding> findings)
    {
        List<string> faults = [];
        var byNumber = new Dictionary<long, Finding>();
        foreach (var finding in findings.Where(finding => finding.Head is not null))
        {
            if (byNumber.TryGetValue(finding.Head!.Number, out var other) && other.Root != finding.Root)
            {
                faults.Add($"有两个不同的第 {finding.Head.Number} 号发布");
            }

            byNumber[finding.Head.Number] = finding;
        }

        foreach (var (number, finding) in byNumber.OrderBy(pair => pair.Key))
        {
            var head = finding.Head!;
            if ((number == 1) != (head.PreviousRoot is null) || (byNumber.TryGetValue(number - 1, out var before) && before.Root != head.PreviousRoot))
            {
                faults.Add($"第 {number} 号发布所载上一号的根与上一号不符");
            }

            if (head.Corrects is { } corrected && (corrected >= number || head.Reason is null
                || (byNumber.TryGetValue(corrected, out var earlier)
                    && (earlier.Head!.Scheme, earlier.Head.Period, earlier.Head.Version + 1) != (head.Scheme, head.Period, head.Version))))
            {
                faults.Add($"第 {number} 号发布所更正的第 {corrected} 号不是其前一版");
            }
        }

        return faults;
    }

    private static List<string> FaultsOf(PublicationDocument publication)
    {
        List<string> faults = [];
        if (Digests.Named(publication.Seal.Algorithm) is not { } digest)
        {
            return ["不认识的摘要算法"];
        }

        if (publication.Rows.Count == 0 || PublicationHead.Read(publication.Rows[0]) is null)
        {
            return ["首行没有说明是哪一号发布"];
        }

        var keys = new HashSet<string>();
        foreach (var (index, row) in publication.Rows.Index())
        {
            if (KeyOf(row) is not { } key)
            {
                faults.Add($"第 {index + 1} 行不是规范形式");
            }
            else if (!keys.Add(key))
            {
                faults.Add($"第 {index + 1} 行的键 {key} 重复");
            }
        }

        var tree = new MerkleTree(digest);
        byte[][] leaves = [.. publication.Rows.Select(row => tree.Leaf(Encoding.UTF8.GetBytes(row)))];
        if (Convert.ToHexStringLower(tree.Root(leaves)) != publication.Seal.Root)
        {
            faults.Add("各行算出的根与所载的根不符");
        }

        return faults;
    }

    private static List<string> FaultsOf(RowProof proof)
    {
        if (Digests.Named(proof.Seal.Algorithm) is not { } digest)
        {
            return ["不认识的摘要算法"];
        }

        List<string> faults = KeyOf(proof.Row) is null ? ["此行不是规范形式"] : [];
        var tree = new MerkleTree(digest);
        byte[][]? path = proof.Path.All(hash => hash.Length % 2 == 0 && hash.All(char.IsAsciiHexDigitLower))
            ? [.. proof.Path.Select(Convert.FromHexString)]
            : null;
        if (path is null || tree.RootOf(tree.Leaf(Encoding.UTF8.GetBytes(proof.Row)), proof.Index, proof.Size, path) is not { } root
            || Convert.ToHexStringLower(root) != proof.Seal.Root)
        {
            faults.Add("此行的证明不通向所载的根");
        }

        return faults;
    }

    private static string? KeyOf(string row) =>
        CanonicalJson.Read(row) is { ValueKind: JsonValueKind.Object } read && read.TryGetProperty("key", out var key)
        && key.ValueKind is JsonValueKind.String && read.TryGetProperty("content", out _)
            ? key.GetString()
            : null;
}
