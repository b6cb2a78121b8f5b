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

    /// <summary>File that keeps the issuer's keys; empty: none. In <c>STATE_DIRECTORY</c> when absent, as systemd and the local host set it.</summary>
    /// <remarks>Never a folder that others may write to: whoever adds a key there can make tokens.</remarks>
    public string? KeyCachePath { get; set; }

    /// <summary>A token that names an unknown key makes us ask for keys, but not more often than this.</summary>
    public TimeSpan MinimumRefreshInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Fills in what follows from the rest of the configuration.</summary>
    /// <param name="application">Name of the running service.</param>
    internal void Complete(IConfiguration configuration, string application)
    {
        Audience ??= application;
        KeyCachePath ??= configuration["STATE_DIRECTORY"] is { Length: > 0 } folder ? Path.Combine(folder.Split(':')[0], "issuer.jwks") : "";
    }
}
