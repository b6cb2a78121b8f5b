using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Wuwei.ServiceDefaults;

namespace Wuwei.Assessment.Publications;

/// <summary>The keys that publications are signed with, from configuration section <c>Publications</c>; never in the database.</summary>
internal sealed class PublicationOptions
{
    /// <summary>Id of the key that signs.</summary>
    public string CurrentKey { get; set; } = "1";

    /// <summary>By their ids; one that no longer signs need not stay, its public half is in the database.</summary>
    public Dictionary<string, PublicationKeySource> Keys { get; } = [];
}

/// <summary>Where a key is from: one of the two.</summary>
internal sealed class PublicationKeySource
{
    /// <summary>A private key as PEM, or any secret text of at least 32 characters that one is derived from.</summary>
    public string? Secret { get; set; }

    /// <summary>A file that holds it and that only its owner may read (mode 0600).</summary>
    public string? File { get; set; }
}

/// <summary>The key that signs.</summary>
internal sealed record PublicationKey(string Id, ECDsa Key);

/// <summary>Reads the signing key when it is first needed: who only reads scores needs none.</summary>
internal sealed class PublicationKeys(IOptions<PublicationOptions> options) : IDisposable
{
    public static readonly Refusal None = new(
        "assessment.no_publication_key", "没有配置发布签名密钥，不能发布。", StatusCodes.Status503ServiceUnavailable);

    public static readonly Refusal Reused = new("assessment.publication_key_reused", "该密钥编号已用于另一把密钥，须换用新的编号。");

    private readonly Lock _lock = new();
    private PublicationKey? _current;

    /// <summary>The key that signs, or why there is none.</summary>
    /// <exception cref="InvalidOperationException">It is configured, but cannot be used; the message says why.</exception>
    public Decision<PublicationKey> Current()
    {
        lock (_lock)
        {
            var id = options.Value.CurrentKey;
            if (_current is null && options.Value.Keys.TryGetValue(id, out var source) && Read(source) is { Length: > 0 } text)
            {
                _current = new(id, Of(text));
            }

            return _current is { } key ? key : None;
        }
    }

    public void Dispose() => _current?.Key.Dispose();

    /// <summary>The key of a PEM, or the one that follows from a secret.</summary>
    internal static ECDsa Of(string text)
    {
        if (text.StartsWith("-----BEGIN", StringComparison.Ordinal))
        {
            var key = ECDsa.Create();
            key.ImportFromPem(text);
            return key.KeySize == 256 ? key : throw new InvalidOperationException("A publication key is of P-256.");
        }

        if (text.Length < 32)
        {
            throw new InvalidOperationException("The secret of a publication key has at least 32 characters.");
        }

        // 16 bytes more than the order has, so that every key is as likely as any other (FIPS 186-5 A.2.1).
        var drawn = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(text), 48, info: "wuwei publication signing"u8.ToArray());
        var number = new BigInteger(drawn, isUnsigned: true, isBigEndian: true) % (s_order - 1) + 1;
        var d = new byte[32];
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(d, d.Length - bytes.Length);
        return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = d });
    }

    private static string? Read(PublicationKeySource source)
    {
        if (source is { Secret.Length: > 0 } or { File: null })
        {
            return source.Secret;
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(source.File) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
        {
            throw new InvalidOperationException($"{source.File} must be readable by its owner only (mode 0600).");
        }

        return File.ReadAllText(source.File).Trim();
    }

    private static readonly BigInteger s_order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
