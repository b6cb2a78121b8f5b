using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Wuwei.Migrations.Databases;

/// <summary>
/// What PostgreSQL keeps instead of a password, made here so that no password appears in a statement or a log.
/// </summary>
/// <remarks>Source: RFC 5803, as PostgreSQL writes it: <c>SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey</c>.</remarks>
internal static class ScramVerifier
{
    private const string Scheme = "SCRAM-SHA-256";
    private const int Iterations = 4096;

    public static string Create(string password) => Create(password, RandomNumberGenerator.GetBytes(16), Iterations);

    /// <summary>Whether the verifier is this password's.</summary>
    public static bool Matches(string? verifier, string password) =>
        verifier?.Split('$') is [Scheme, var head, _] && head.Split(':') is [var iterations, var salt]
        && int.TryParse(iterations, CultureInfo.InvariantCulture, out var count)
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(verifier),
            Encoding.ASCII.GetBytes(Create(password, Convert.FromBase64String(salt), count)));

    private static string Create(string password, byte[] salt, int iterations)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, 32);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Scheme}${iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}");
    }
}
