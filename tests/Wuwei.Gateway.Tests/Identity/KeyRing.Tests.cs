using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Wuwei.Gateway;
using Wuwei.Identity.SigningKeys;

namespace Wuwei.Identity;

/// <summary>Each test changes the keys: an identity of its own.</summary>
public sealed class KeyRingTests : IAsyncLifetime
{
    private readonly IdentityServer _identity = new();

    public Task InitializeAsync() => _identity.InitializeAsync();

    public Task DisposeAsync() => _identity.DisposeAsync();

    [Fact]
    public async Task Given_a_restart_When_asked_again_Then_the_same_keys_are_published_and_sign()
    {
        var (before, signer) = (await PublishedAsync(), KeyOf(await _identity.TokenAsync("operator")));
        await _identity.StopAsync();
        _identity.Start();
        Assert.Equal(before, await PublishedAsync());
        Assert.Equal(signer, KeyOf(await _identity.TokenAsync("operator")));
    }

    [Fact]
    public async Task Given_sixty_days_When_they_are_over_Then_the_announced_key_signs_a_new_one_is_announced_and_the_old_stays_a_day()
    {
        var first = await PublishedAsync();
        var signer = KeyOf(await _identity.TokenAsync("operator"));
        await PassAsync(TimeSpan.FromDays(60) + TimeSpan.FromMinutes(1));
        var announced = first.Single(key => key != signer);
        Assert.Equal(announced, KeyOf(await _identity.TokenAsync("operator")));
        var rotated = await PublishedAsync();
        Assert.Equal(3, rotated.Count);
        Assert.Superset(first.ToHashSet(), rotated.ToHashSet());

        await PassAsync(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(2));
        var later = await PublishedAsync();
        Assert.Equal(2, later.Count);
        Assert.DoesNotContain(signer, later);
    }

    [Fact]
    public async Task Given_two_replicas_When_both_renew_Then_there_is_one_new_key()
    {
        await using var command = _identity.Database.CreateCommand("update signing_key set signs_from = signs_from - interval '60 days 1 minute'");
        await command.ExecuteNonQueryAsync();
        var ring = _identity.Services.GetRequiredService<KeyRing>();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ring.RefreshAsync(CancellationToken.None)));
        Assert.Equal(3, (await PublishedAsync()).Count);
    }

    [Fact]
    public async Task Given_another_secret_When_started_Then_it_says_so_and_does_not_start()
    {
        await _identity.StopAsync();
        var error = Assert.ThrowsAny<Exception>(() => _identity.Start("another secret of the tests, long enough"));
        Assert.Contains("Signing:Secret", error.ToString(), StringComparison.Ordinal);
    }

    // Time as the stored keys see it: validators and tokens keep the real clock.
    private async Task PassAsync(TimeSpan time)
    {
        await using var command = _identity.Database.CreateCommand("update signing_key set signs_from = signs_from - @time");
        command.Parameters.AddWithValue("time", time);
        await command.ExecuteNonQueryAsync();
        await _identity.Services.GetRequiredService<KeyRing>().RefreshAsync(CancellationToken.None);
    }

    private async Task<IReadOnlyList<string>> PublishedAsync() => [.. (await _identity.GetAsync(".well-known/jwks"))
        .GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!).Order()];

    private static string KeyOf(string token) => new JsonWebToken(token).Kid;
}
