using System.Net;
using System.Runtime.Versioning;
using Microsoft.Extensions.DependencyInjection;
using Wuwei.Gateway;
using Wuwei.Identity.SigningKeys;

namespace Wuwei.ServiceDefaults.Authentication;

/// <summary>Services go on while identity comes, goes and changes its keys. An identity of its own for each test.</summary>
[SupportedOSPlatform("linux")]
public sealed class IssuerKeysTests : IAsyncLifetime
{
    private readonly IdentityServer _identity = new();
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"wuwei-{Guid.NewGuid():N}", "keys.jwks");
    private Uri _authority = null!;

    public async Task InitializeAsync()
    {
        await _identity.InitializeAsync();
        _authority = _identity.Address;
    }

    public async Task DisposeAsync()
    {
        await _identity.DisposeAsync();
        if (Directory.Exists(Path.GetDirectoryName(_file)))
        {
            Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
        }
    }

    [Fact]
    public async Task Given_identity_is_away_When_a_service_starts_again_Then_it_checks_tokens_from_its_file()
    {
        var token = await _identity.TokenAsync("operator");
        await using (var before = await StartAsync())
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(before, token));
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file));
        await _identity.StopAsync();
        await using var after = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(after, token));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(after, token[..^8] + "AAAAAAAA"));
        Assert.Equal(HttpStatusCode.OK, await HealthAsync(after));
    }

    [Fact]
    public async Task Given_identity_has_never_been_there_When_asked_Then_it_is_503_and_not_ready_until_it_comes()
    {
        var token = await _identity.TokenAsync("operator");
        await _identity.StopAsync();
        await using var service = await StartAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(service, token));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(service, null));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await HealthAsync(service));

        _identity.Start();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(service, token));
        Assert.Equal(HttpStatusCode.OK, await HealthAsync(service));
    }

    [Fact]
    public async Task Given_a_file_that_others_may_write_When_a_service_starts_Then_it_trusts_nothing_in_it()
    {
        var token = await _identity.TokenAsync("operator");
        await (await StartAsync(token)).DisposeAsync();
        File.SetUnixFileMode(_file, File.GetUnixFileMode(_file) | UnixFileMode.OtherWrite);
        await _identity.StopAsync();
        await using var service = await StartAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(service, token));
    }

    [Fact]
    public async Task Given_a_broken_file_When_a_service_starts_Then_it_asks_identity()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        await File.WriteAllTextAsync(_file, "{\"keys\": [");
        await using var service = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(service, await _identity.TokenAsync("operator")));
    }

    [Fact]
    public async Task Given_the_next_key_signs_When_identity_is_away_Then_its_tokens_and_the_old_ones_are_valid()
    {
        var old = await _identity.TokenAsync("operator");
        await using var service = await StartAsync(old);
        await ChangeKeysAsync("update signing_key set signs_from = signs_from - interval '60 days 1 minute'");
        var fresh = await _identity.TokenAsync("operator");
        await _identity.StopAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(service, fresh));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(service, old));
    }

    [Fact]
    public async Task Given_all_keys_were_replaced_at_once_When_a_new_token_comes_Then_it_is_valid_and_the_old_no_longer()
    {
        var old = await _identity.TokenAsync("operator");
        await using var service = await StartAsync(old);
        await ChangeKeysAsync("delete from signing_key");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(service, await _identity.TokenAsync("operator")));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(service, old));
    }

    [Fact]
    public async Task Given_unknown_keys_without_end_When_shown_Then_identity_is_asked_once_in_the_interval()
    {
        await using var service = await StartAsync(settings: ("Authentication:MinimumRefreshInterval", "01:00:00"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(service, await _identity.TokenAsync("operator")));
        await ChangeKeysAsync("delete from signing_key");
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(service, await _identity.TokenAsync("operator")));
    }

    private async Task<Backend> StartAsync(string? token = null, params (string, string)[] settings)
    {
        var service = await Backend.StartAsync("indicator", _authority, [("Authentication:KeyCachePath", _file), .. settings]);
        if (token is not null)
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(service, token));
        }

        return service;
    }

    private async Task ChangeKeysAsync(string sql)
    {
        await using var command = _identity.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
        await _identity.Services.GetRequiredService<KeyRing>().RefreshAsync(CancellationToken.None);
    }

    private static async Task<HttpStatusCode> AskAsync(Backend service, string? token)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = token is null ? null : new("Bearer", token);
        using var answer = await client.GetAsync(new Uri(service.Address, "caller"));
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> HealthAsync(Backend service)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(service.Address, "health"));
        return answer.StatusCode;
    }
}
