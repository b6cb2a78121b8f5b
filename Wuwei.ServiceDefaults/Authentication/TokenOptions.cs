using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Wuwei.ServiceDefaults.Authentication;

/// <summary>Whose tokens a service accepts, from configuration section <c>Authentication</c>.</summary>
internal sealed class TokenOptions
{
    /// <summary>Where the issuer is asked for its keys, as seen from inside (a service name will do); null: nowhere.</summary>
    public Uri? Authority { get; set; }

    /// <summary>Who tokens must come from: the issuer's public address.</summary>
    public Uri Issuer { get; set; } = new("http://127.0.0.1:8080");

    /// <summary>Whom tokens must be meant for.</summary>
    public string? Audience { get; set; }

    /// <summary>Instead, for who passes requests on: any of these.</summary>
    public IReadOnlyList<string> Audiences { get; set; } = [];

    /// <summary>File that keeps the issuer's keys; empty: none.</summary>
    public string? KeyCachePath { get; set; }

    /// <summary>A token that names an unknown key makes us ask for keys, but not more often than this.</summary>
    public TimeSpan MinimumRefreshInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Set by the registration: <see cref="KeyCachePath"/>, or a file in the user's own data folder.</summary>
    internal string? KeyFile { get; private set; }

    /// <summary>Fills in what follows from the rest of the configuration.</summary>
    /// <param name="application">Name of the running service.</param>
    internal void Complete(IConfiguration configuration, string application)
    {
        Audience ??= application;
        KeyFile = KeyCachePath is not null ? (KeyCachePath.Length == 0 ? null : Path.GetFullPath(KeyCachePath)) : DefaultKeyFile(configuration, application);
    }

    // Not the temporary folder, which everybody writes to; and never the file of another installation on this machine,
    // which would have this service accept that one's tokens: so the authority's address is part of the name.
    private string? DefaultKeyFile(IConfiguration configuration, string application)
    {
        var folder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        if (folder.Length == 0 || Authority is null)
        {
            return null;
        }

        var addresses = configuration.GetSection($"services:{Authority.Host}").AsEnumerable().Select(setting => setting.Value);
        var place = string.Join('|', [application, Authority.AbsoluteUri, Issuer.AbsoluteUri, AppContext.BaseDirectory, .. addresses]);
        return Path.Combine(folder, "wuwei", $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)))[..16]}.jwks");
    }
}
