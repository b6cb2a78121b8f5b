using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Wuwei.ServiceDefaults.Authentication;

/// <summary>
/// The issuer's public keys: asked for at the start, every quarter of an hour, and when a token names one that is not
/// known. Kept in a file, so that a service that starts while the issuer is away checks tokens all the same.
/// </summary>
internal sealed partial class IssuerKeys(
    IHttpClientFactory clients, IOptions<TokenOptions> options, TimeProvider clock, ILogger<IssuerKeys> logger) : BackgroundService
{
    internal const string ClientName = "issuer";

    private readonly SemaphoreSlim _one = new(1, 1);
    private DateTimeOffset _asked = DateTimeOffset.MinValue;

    /// <summary>The keys by id. A new object whenever they have changed.</summary>
    public FrozenDictionary<string, SecurityKey> Current { get; private set; } = ReadFile(options.Value.KeyCachePath);

    /// <summary>The keys, asked for again when <paramref name="keyId"/> is not among them (and nobody has just asked).</summary>
    public async ValueTask<FrozenDictionary<string, SecurityKey>> WithAsync(string? keyId)
    {
        if (keyId is { Length: > 0 } && !Current.ContainsKey(keyId) && options.Value.Authority is not null)
        {
            await RefreshAsync(keyId, CancellationToken.None);
        }

        return Current;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Authority is null)
        {
            LogNoAuthority();
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            var known = await RefreshAsync(null, stoppingToken);
            await Task.Delay(known ? TimeSpan.FromMinutes(15) : TimeSpan.FromSeconds(5), clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> RefreshAsync(string? missing, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (missing is not null && (Current.ContainsKey(missing) || clock.GetUtcNow() - _asked < options.Value.MinimumRefreshInterval))
            {
                return true;
            }

            _asked = clock.GetUtcNow();
            var document = await FetchAsync(cancellation);
            var keys = Read(document);
            if (keys.Count == 0)
            {
                throw new InvalidDataException("The issuer publishes no keys.");
            }

            if (!Current.Keys.ToHashSet().SetEquals(keys.Keys))
            {
                Current = keys;
                WriteFile(options.Value.KeyCachePath, document);
                LogKeys(keys.Count);
            }

            return true;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            LogUnreachable(error.Message, Current.Count);
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<string> FetchAsync(CancellationToken cancellation)
    {
        var (authority, issuer) = (options.Value.Authority!, options.Value.Issuer);
        using var client = clients.CreateClient(ClientName);
        client.Timeout = TimeSpan.FromSeconds(5);
        using var discovery = JsonDocument.Parse(await client.GetStringAsync(new Uri(authority, ".well-known/openid-configuration"), cancellation));
        var named = discovery.RootElement.GetProperty("issuer").GetString();
        if (named != issuer.AbsoluteUri && named != issuer.AbsoluteUri.TrimEnd('/'))
        {
            throw new InvalidDataException($"{authority} speaks for {named}, not for {issuer}.");
        }

        // The public address is the authority's own, seen from outside: from inside it is asked directly.
        var keys = new Uri(discovery.RootElement.GetProperty("jwks_uri").GetString()!);
        return await client.GetStringAsync(issuer.IsBaseOf(keys) ? new Uri(authority, issuer.MakeRelativeUri(keys)) : keys, cancellation);
    }

    // Only public halves for signatures: a symmetric key in the set would be everybody's.
    private static FrozenDictionary<string, SecurityKey> Read(string document) => JsonWebKeySet.Create(document).Keys
        .Where(key => key is { Kty: JsonWebAlgorithmsKeyTypes.RSA or JsonWebAlgorithmsKeyTypes.EllipticCurve, Use: null or "" or "sig", KeyId.Length: > 0 })
        .ToFrozenDictionary(key => key.KeyId, key => (SecurityKey)key);

    private static FrozenDictionary<string, SecurityKey> ReadFile(string? file)
    {
        try
        {
            // What others may write to is no authority.
            return !File.Exists(file)
                || !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0
                ? FrozenDictionary<string, SecurityKey>.Empty
                : Read(File.ReadAllText(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or JsonException)
        {
            return FrozenDictionary<string, SecurityKey>.Empty;
        }
    }

    private void WriteFile(string? file, string document)
    {
        if (file is null or "")
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            var fresh = $"{file}.{Guid.CreateVersion7():N}";
            var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var writer = new StreamWriter(fresh, mode))
            {
                writer.Write(document);
            }

            File.Move(fresh, file, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotKept(file, error.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Authentication:Authority is not configured: the issuer's keys are not asked for")]
    private partial void LogNoAuthority();

    [LoggerMessage(LogLevel.Information, "The issuer publishes {Count} keys")]
    private partial void LogKeys(int count);

    [LoggerMessage(LogLevel.Warning, "The issuer's keys could not be read ({Reason}); {Count} are known from before")]
    private partial void LogUnreachable(string reason, int count);

    [LoggerMessage(LogLevel.Warning, "The issuer's keys could not be kept in {File} ({Reason})")]
    private partial void LogNotKept(string file, string reason);
}
