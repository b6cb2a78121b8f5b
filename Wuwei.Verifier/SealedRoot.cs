using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Wuwei.Verifier;

/// <summary>A root and who signed it.</summary>
/// <param name="Algorithm">Of <see cref="Digests"/>.</param>
/// <param name="Root">Hexadecimal, lower case.</param>
/// <param name="Signature">ECDSA P-256 over SHA-256, r and s of 32 bytes each (IEEE P1363), base64.</param>
/// <param name="KeyId">Which of the service's keys.</param>
/// <param name="PublicKey">That key, SubjectPublicKeyInfo, base64.</param>
public sealed record SealedRoot(string Algorithm, string Root, string Signature, string KeyId, string PublicKey)
{
    /// <summary>What is signed: a line of text, so that any tool can write it. A proof says these things without the row that says them.</summary>
    private static byte[] Signed(string algorithm, string keyId, long size, string root) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{PublicationDocument.Format} {algorithm} {keyId} {size} {root}"));

    /// <summary>Signs a root.</summary>
    /// <param name="size">How many rows it is over.</param>
    public static SealedRoot Sign(string algorithm, byte[] root, long size, string keyId, ECDsa key)
    {
        var text = Convert.ToHexStringLower(root);
        return new(
            algorithm, text, Convert.ToBase64String(key.SignData(Signed(algorithm, keyId, size, text), HashAlgorithmName.SHA256)),
            keyId, Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>SHA-256 of the public key, by which people compare it.</summary>
    public string Fingerprint => FingerprintOf(PublicKey);

    public static string FingerprintOf(string publicKey) => Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(publicKey)));

    /// <summary>Whether the key has signed the root over so many rows.</summary>
    public bool IsSigned(long size)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(PublicKey), out _);
            var signature = Convert.FromBase64String(Signature);
            // Read back, both must be what they were: base64 and DER have more than one way to say the same.
            return key.KeySize == 256 && Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()) == PublicKey
                && Convert.ToBase64String(signature) == Signature
                && key.VerifyData(Signed(Algorithm, KeyId, size, Root), signature, HashAlgorithmName.SHA256);
        }
        catch (Exception error) when (error is CryptographicException or FormatException or PlatformNotSupportedException) // no such curve
        {
            return false;
        }
    }
}
