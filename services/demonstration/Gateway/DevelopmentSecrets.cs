using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Wuwei.Demonstration.Gateway;

/// <summary>Secrets of the development clients follow from one seed, which identity holds too.</summary>
public static class DevelopmentSecrets
{
    /// <summary>base64url of HMAC-SHA-256 over the client's id, keyed by the seed.</summary>
    public static string Of(string seed, string client) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(seed), Encoding.UTF8.GetBytes(client)));
}
