using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Wuwei.Gateway;
using Wuwei.Identity;
using Wuwei.Identity.SigningKeys;

namespace Wuwei.ServiceDefaults.Authentication;

/// <summary>A service checks what identity issued; here also what it never did.</summary>
[Collection(nameof(Platform))]
public sealed class TokenValidationTests(Platform platform)
{
    [Fact]
    public async Task Given_a_token_of_identity_When_shown_Then_the_service_knows_the_caller()
    {
        using var answer = await AskAsync(await platform.Identity.TokenAsync("training-620602"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var caller = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("training-620602", (string?)caller["subject"]);
        Assert.Equal(("training", "620602"), ((string?)caller["department"], (string?)caller["region"]));
        Assert.Equal(["approver", "clerk"], caller["roles"]!.AsArray().Select(role => (string)role!).Order());
        Assert.Equal(["indicator.open", "indicator.prerelease", "indicator.read", "training.read", "training.write"], caller["scopes"]!.AsArray().Select(scope => (string)scope!).Order());
    }

    [Fact]
    public async Task Given_no_token_When_asked_Then_it_is_401_and_says_how()
    {
        using var answer = await AskAsync(null);
        await Problem.AssertAsync(answer, HttpStatusCode.Unauthorized, "auth.token_required");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Given_a_token_without_the_scope_When_writing_Then_it_is_403()
    {
        using var client = new HttpClient { BaseAddress = platform.Training.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await platform.Identity.TokenAsync("training-620602", "training.read"));
        using var answer = await client.PostAsync("written", null);
        await Problem.AssertAsync(answer, HttpStatusCode.Forbidden, "auth.forbidden");
    }

    [Fact]
    public async Task Given_a_well_made_token_When_shown_Then_it_is_accepted_so_that_the_forgeries_below_fail_for_one_reason() =>
        await AssertAsync(HttpStatusCode.OK, await ForgeAsync());

    public static TheoryData<string> Forgeries => [.. s_forgeries.Keys];

    private static readonly Dictionary<string, Func<TokenValidationTests, Task<string>>> s_forgeries = new()
    {
        ["alg none"] = async tests => Unsigned(await tests.ForgeAsync()),
        ["HS256 with the public key"] = async tests => await tests.SymmetricAsync(),
        ["another region in the payload"] = async tests => Tampered(await tests.ForgeAsync(), payload => payload["region"] = "620600"),
        ["another signature"] = async tests => (await tests.ForgeAsync())[..^8] + "AAAAAAAA",
        ["no signature"] = async tests => (await tests.ForgeAsync()).Split('.') is [var head, var body, _] ? $"{head}.{body}." : "",
        ["wrong audience"] = tests => tests.ForgeAsync(token => token.Audience = "wuwei.loans"),
        ["no audience"] = tests => tests.ForgeAsync(token => token.Audience = null),
        ["a real token for another service"] = tests => tests.Identity.TokenAsync("loans-620600", "loans.read"),
        ["wrong type"] = tests => tests.ForgeAsync(token => token.TokenType = "JWT"),
        ["type of an identity token"] = tests => tests.ForgeAsync(token => token.TokenType = "id_token+jwt"),
        ["wrong issuer"] = tests => tests.ForgeAsync(token => token.Issuer = "http://elsewhere.test/"),
        ["expired beyond the skew"] = tests => tests.ForgeAsync(token => token.Expires = DateTime.UtcNow.AddSeconds(-62)),
        ["without end"] = tests => tests.ForgeAsync(token => token.Expires = null),
        ["not yet valid"] = tests => tests.ForgeAsync(token => token.NotBefore = DateTime.UtcNow.AddSeconds(90)),
        ["a foreign key under our name"] = tests => tests.ForgeAsync(token =>
            token.SigningCredentials = new(new RsaSecurityKey(RSA.Create(2048)) { KeyId = token.SigningCredentials.Key.KeyId }, SecurityAlgorithms.RsaSha256)),
        ["a key that it brings along"] = tests => tests.ForgeAsync(token =>
        {
            var key = new RsaSecurityKey(RSA.Create(2048)) { KeyId = "brought" };
            token.SigningCredentials = new(key, SecurityAlgorithms.RsaSha256);
            token.AdditionalHeaderClaims = new Dictionary<string, object> { ["jwk"] = new JsonObject { ["kty"] = "RSA", ["n"] = Base64UrlEncoder.Encode(key.Rsa.ExportParameters(false).Modulus), ["e"] = "AQAB" }.ToJsonString() };
        }),
        ["a key that it points to"] = tests => tests.ForgeAsync(token =>
        {
            token.SigningCredentials = new(new RsaSecurityKey(RSA.Create(2048)) { KeyId = "pointed" }, SecurityAlgorithms.RsaSha256);
            token.AdditionalHeaderClaims = new Dictionary<string, object> { ["jku"] = "http://127.0.0.1:1/jwks", ["x5u"] = "http://127.0.0.1:1/x5u" };
        }),
        ["RS512"] = tests => tests.ForgeAsync(token => token.SigningCredentials = new(token.SigningCredentials.Key, SecurityAlgorithms.RsaSha512)),
        ["rubbish"] = _ => Task.FromResult("rubbish"),
        ["three dots"] = _ => Task.FromResult("..."),
        ["a token that is too long"] = _ => Task.FromResult(new string('a', 20_000)),
        ["two tokens"] = async tests => $"{await tests.ForgeAsync()}, Bearer {await tests.ForgeAsync()}",
    };

    [Theory, MemberData(nameof(Forgeries))]
    public async Task Given_a_forged_token_When_shown_Then_it_is_401(string forgery) =>
        await AssertAsync(HttpStatusCode.Unauthorized, await s_forgeries[forgery](this));

    [Fact]
    public async Task Given_a_token_shown_often_When_checked_Then_it_is_checked_once_and_an_altered_one_again()
    {
        var tokens = platform.Indicator[0].Services.GetRequiredService<AccessTokens>();
        var token = await ForgeAsync();
        var before = tokens.Checks;
        for (var i = 0; i < 20; i++)
        {
            await AssertAsync(HttpStatusCode.OK, token);
        }

        Assert.Equal(1, tokens.Checks - before);
        await AssertAsync(HttpStatusCode.Unauthorized, Tampered(token, payload => payload["region"] = "620600"));
    }

    [Fact]
    public async Task Given_a_token_past_its_end_When_shown_within_the_skew_Then_it_is_checked_every_time()
    {
        var tokens = platform.Indicator[0].Services.GetRequiredService<AccessTokens>();
        var token = await ForgeAsync(forged => forged.Expires = DateTime.UtcNow.AddSeconds(-5));
        var before = tokens.Checks;
        await AssertAsync(HttpStatusCode.OK, token);
        await AssertAsync(HttpStatusCode.OK, token);
        Assert.Equal(2, tokens.Checks - before);
    }

    private static RsaSecurityKey? s_key;

    private IdentityServer Identity => platform.Identity;

    private async Task AssertAsync(HttpStatusCode status, string token)
    {
        using var answer = await AskAsync(token);
        if (status == HttpStatusCode.Unauthorized)
        {
            await Problem.AssertAsync(answer, HttpStatusCode.Unauthorized, "auth.token_required");
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        }

        Assert.Equal(status, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> AskAsync(string? token)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(platform.Indicator[0].Address, "caller"));
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        return await client.SendAsync(request);
    }

    // Signed with identity's own key, as a leaked one would be: only what the test changes is wrong.
    private async Task<string> ForgeAsync(Action<SecurityTokenDescriptor>? change = null)
    {
        s_key ??= await SigningKeyAsync();
        var now = DateTime.UtcNow;
        var token = new SecurityTokenDescriptor
        {
            Issuer = $"{IdentityServer.Issuer}/",
            Audience = "wuwei.indicator",
            TokenType = "at+jwt",
            IssuedAt = now.AddMinutes(-10),
            NotBefore = now.AddMinutes(-10),
            Expires = now.AddMinutes(10),
            Claims = new Dictionary<string, object> { ["sub"] = "indicator-620621", ["region"] = "620621", ["jti"] = Guid.NewGuid().ToString() },
            SigningCredentials = new(s_key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    private async Task<RsaSecurityKey> SigningKeyAsync()
    {
        await using var scope = platform.Identity.Services.CreateAsyncScope();
        var keys = scope.ServiceProvider.GetRequiredService<IdentityContext>().SigningKeys.ToArray();
        return KeySchedule.Signer(keys, DateTimeOffset.UtcNow)!.Open(IdentityServer.Secret);
    }

    private async Task<string> SymmetricAsync()
    {
        var key = (await platform.Identity.GetAsync(".well-known/jwks")).GetProperty("keys")[0];
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Base64UrlEncoder.DecodeBytes(key.GetProperty("n").GetString()),
            Exponent = Base64UrlEncoder.DecodeBytes(key.GetProperty("e").GetString()),
        });
        return await ForgeAsync(token => token.SigningCredentials = new(
            new SymmetricSecurityKey(Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem())) { KeyId = key.GetProperty("kid").GetString() },
            SecurityAlgorithms.HmacSha256));
    }

    private static string Unsigned(string token)
    {
        var header = JsonNode.Parse(Base64UrlEncoder.Decode(token.Split('.')[0]))!;
        header["alg"] = "none";
        return $"{Base64UrlEncoder.Encode(header.ToJsonString())}.{token.Split('.')[1]}.";
    }

    private static string Tampered(string token, Action<JsonNode> change)
    {
        var parts = token.Split('.');
        var payload = JsonNode.Parse(Base64UrlEncoder.Decode(parts[1]))!;
        change(payload);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload.ToJsonString())}.{parts[2]}";
    }
}
