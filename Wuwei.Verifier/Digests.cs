using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;

namespace Wuwei.Verifier;

/// <summary>The hash functions a publication may be sealed with, by the name it states.</summary>
public static class Digests
{
    public const string Sha256 = "sha256", Sm3 = "sm3";

    /// <summary>The function of that name; null when there is none.</summary>
    public static Func<byte[], byte[]>? Named(string name) => name switch
    {
        Sha256 => SHA256.HashData,
        Sm3 => HashBySm3,
        _ => null,
    };

    // GB/T 32905-2016; .NET has none.
    private static byte[] HashBySm3(byte[] content)
    {
        var digest = new SM3Digest();
        digest.BlockUpdate(content, 0, content.Length);
        var hash = new byte[digest.GetDigestSize()];
        digest.DoFinal(hash, 0);
        return hash;
    }
}
