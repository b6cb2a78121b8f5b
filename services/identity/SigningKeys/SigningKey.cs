using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Wuwei.Identity.SigningKeys;

/// <summary>A key pair that signs access tokens from a moment on.</summary>
/// <remarks>2048 bits, RS256: what every OpenID Connect library reads.</remarks>
internal sealed class SigningKey
{
    private static readonly PbeParameters s_encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterationCount: 100_000);

    /// <summary>The thumbprint of the public key (RFC 7638), as in the tokens' headers.</summary>
    public required string KeyId { get; init; }

    /// <summary>Published before, signs from then until a later key does.</summary>
    public required DateTimeOffset SignsFrom { get; init; }

    /// <summary>PKCS#8, encrypted under the signing secret, as PEM. Whoever reads the database cannot sign.</summary>
    public required string PrivateKey { get; init; }

    /// <summary>Makes a new key.</summary>
    /// <param name="secret">What its private half is stored under.</param>
    public static SigningKey Create(DateTimeOffset signsFrom, string secret)
    {
        using var rsa = RSA.Create(2048);
        return new()
        {
            KeyId = Base64UrlEncoder.Encode(new RsaSecurityKey(rsa).ComputeJwkThumbprint()),
            SignsFrom = signsFrom,
            PrivateKey = rsa.ExportEncryptedPkcs8PrivateKeyPem(secret, s_encryption),
        };
    }

    /// <summary>The key, ready to sign.</summary>
    /// <exception cref="InvalidOperationException">The secret is not the one it was stored under.</exception>
    public RsaSecurityKey Open(string secret)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromEncryptedPem(PrivateKey, secret);
        }
        catch (CryptographicException error)
        {
            rsa.Dispose();
            throw new InvalidOperationException($"Signing:Secret does not open the stored key {KeyId}; restore the secret or delete the key.", error);
        }

        return new(rsa) { KeyId = KeyId };
    }
}
