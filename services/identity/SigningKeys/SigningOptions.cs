using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace Wuwei.Identity.SigningKeys;

/// <summary>What the signing keys are stored under, from configuration section <c>Signing</c>.</summary>
internal sealed class SigningOptions
{
    /// <summary>Any secret text of at least 32 characters.</summary>
    public string? Secret { get; set; }

    /// <summary>Instead: a file that holds it and that only its owner may read.</summary>
    public string? SecretFile { get; set; }

    /// <exception cref="InvalidOperationException">There is none, it is short, or others may read its file.</exception>
    public string ReadSecret()
    {
        if (Secret is not { Length: > 0 } && SecretFile is { } file && !OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
        {
            throw new InvalidOperationException($"{file} must be readable by its owner only (mode 0600).");
        }

        var secret = Secret is { Length: > 0 } ? Secret : SecretFile is null ? "" : File.ReadAllText(SecretFile).Trim();
        return secret.Length >= 32
            ? secret
            : throw new InvalidOperationException("Signing:Secret or Signing:SecretFile must give at least 32 characters.");
    }
}

internal static class SigningKeysRegistration
{
    extension(IHostApplicationBuilder builder)
    {
        /// <summary>Adds the persisted, rotating keys of the token server.</summary>
        public void AddSigningKeys()
        {
            builder.Services.AddOptions<SigningOptions>().BindConfiguration("Signing");
            builder.Services.AddSingleton<KeyRing>();
            builder.Services.AddHostedService(services => services.GetRequiredService<KeyRing>());
            builder.Services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(services => services.GetRequiredService<KeyRing>());
            builder.Services.AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(services => services.GetRequiredService<KeyRing>());

            // OpenIddict wants one for tokens that only it reads (none are issued yet); replicas must agree on it.
            builder.Services.AddOptions<OpenIddictServerOptions>().Configure<IOptions<SigningOptions>>((server, signing) =>
                server.EncryptionCredentials.Add(new EncryptingCredentials(
                    new SymmetricSecurityKey(HKDF.DeriveKey(
                        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(signing.Value.ReadSecret()), outputLength: 32, info: "wuwei token encryption"u8.ToArray())),
                    SecurityAlgorithms.Aes256KW,
                    SecurityAlgorithms.Aes256CbcHmacSha512)));
        }
    }
}
