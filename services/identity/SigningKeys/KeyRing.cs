using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace Wuwei.Identity.SigningKeys;

/// <summary>
/// The keys that OpenIddict signs with and publishes: read from the database at the start and every minute, renewed by
/// <see cref="KeySchedule"/>. A change reaches the running server through its options; replicas agree through a lock.
/// </summary>
internal sealed partial class KeyRing(
    IServiceScopeFactory scopes, IOptions<SigningOptions> options, TimeProvider clock, ILogger<KeyRing> logger)
    : BackgroundService, IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>
{
    private readonly string _secret = options.Value.ReadSecret();
    private CancellationTokenSource _changed = new();
    private IReadOnlyList<RsaSecurityKey> _keys = [];

    string? IOptionsChangeTokenSource<OpenIddictServerOptions>.Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_changed.Token);

    /// <summary>The first credential signs; all of them are published.</summary>
    public void Configure(OpenIddictServerOptions options) => options.SigningCredentials.AddRange(
        _keys.Select(key => new SigningCredentials(key, SecurityAlgorithms.RsaSha256)));

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Renews the stored keys if it is time, and takes them up if they are others than before.</summary>
    internal async Task RefreshAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var stored = await RenewAsync(now, cancellation);
        var signer = KeySchedule.Signer(stored, now)!;
        var order = stored.OrderByDescending(key => key == signer).ThenBy(key => key.SignsFrom).ToArray();
        if (order.Select(key => key.KeyId).SequenceEqual(_keys.Select(key => key.KeyId)))
        {
            return;
        }

        _keys = [.. order.Select(key => _keys.FirstOrDefault(held => held.KeyId == key.KeyId) ?? key.Open(_secret))];
        LogKeys(_keys[0].KeyId, _keys.Count);
        await Interlocked.Exchange(ref _changed, new CancellationTokenSource()).CancelAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var minute = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        while (await minute.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // The keys at hand stay good for weeks; health says that the database is away.
                LogRefreshFailed(error);
            }
        }
    }

    private async Task<IReadOnlyList<SigningKey>> RenewAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        var keys = await context.SigningKeys.ToListAsync(cancellation);
        if (KeySchedule.Plan(keys, now) is { Missing: [], Expired: [] })
        {
            return keys;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        await context.Database.ExecuteSqlRawAsync("select pg_advisory_xact_lock(hashtext('signing_key'))", cancellation);
        context.ChangeTracker.Clear();
        keys = await context.SigningKeys.ToListAsync(cancellation);
        var (missing, expired) = KeySchedule.Plan(keys, now);
        context.SigningKeys.RemoveRange(expired);
        context.SigningKeys.AddRange(missing.Select(signsFrom => SigningKey.Create(signsFrom, _secret)));
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return await context.SigningKeys.ToListAsync(cancellation);
    }

    [LoggerMessage(LogLevel.Information, "Key {KeyId} signs; {Count} keys are published")]
    private partial void LogKeys(string keyId, int count);

    [LoggerMessage(LogLevel.Warning, "Could not look for new signing keys; trying again in a minute")]
    private partial void LogRefreshFailed(Exception error);
}
