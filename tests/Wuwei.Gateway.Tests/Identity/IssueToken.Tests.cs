using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Wuwei.Gateway;
using Wuwei.Identity.Clients;

namespace Wuwei.Identity;

public sealed class IssueTokenTests(IdentityServer identity) : IClassFixture<IdentityServer>
{
    [Theory]
    [InlineData("training-620602", "training", "620602", "clerk,approver", "training.read training.write indicator.read indicator.prerelease indicator.open", "wuwei.training,wuwei.indicator")]
    [InlineData("labour-transfer-620600", "labour-transfer", "620600", "clerk,approver,revealer", "labour-transfer.read labour-transfer.write indicator.read indicator.prerelease indicator.open", "wuwei.labour-transfer,wuwei.indicator")]
    [InlineData("loans-620623", "loans", "620623", "clerk,approver", "loans.read loans.write indicator.read indicator.prerelease indicator.open", "wuwei.loans,wuwei.indicator")]
    [InlineData("indicator-620621", "indicator", "620621", "clerk,approver", "indicator.read indicator.write indicator.prerelease indicator.open", "wuwei.indicator")]
    [InlineData("assessment-office", "assessment", "620600", "assessor", "assessment.read assessment.write indicator.read indicator.prerelease training.read loans.read labour-transfer.read", "wuwei.assessment,wuwei.indicator,wuwei.training,wuwei.loans,wuwei.labour-transfer")]
    [InlineData("assessment-620602", "assessment", "620602", "clerk", "assessment.read assessment.write indicator.read indicator.prerelease", "wuwei.assessment,wuwei.indicator")]
    [InlineData("operator", "", "620600", "operator", "indicator.read indicator.prerelease training.read loans.read labour-transfer.read assessment.read", "wuwei.indicator,wuwei.training,wuwei.loans,wuwei.labour-transfer,wuwei.assessment")]
    [InlineData("auditor", "", "620600", "auditor", "indicator.read indicator.prerelease training.read loans.read labour-transfer.read assessment.read", "wuwei.indicator,wuwei.training,wuwei.loans,wuwei.labour-transfer,wuwei.assessment")]
    public async Task Given_a_client_When_it_asks_Then_its_token_says_who_it_is(
        string client, string department, string region, string roles, string scopes, string audiences)
    {
        var token = await identity.TokenAsync(client);
        var claims = Part(token, 1);
        Assert.Equal(client, claims.GetProperty("sub").GetString());
        Assert.Equal(department, claims.TryGetProperty("department", out var named) ? named.GetString() : "");
        Assert.Equal(region, claims.GetProperty("region").GetString());
        Assert.Equal(roles.Split(','), claims.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!));
        Assert.Equal(scopes.Split(' ').Order(), claims.GetProperty("scope").GetString()!.Split(' ').Order());
        Assert.Equal(audiences.Split(',').Order(), Texts(claims.GetProperty("aud")).Order());
        Assert.Equal($"{IdentityServer.Issuer}/", claims.GetProperty("iss").GetString());
        Assert.Equal(600, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.Equal(("at+jwt", "RS256"), (Part(token, 0).GetProperty("typ").GetString(), Part(token, 0).GetProperty("alg").GetString()));
    }

    [Fact]
    public async Task Given_every_development_client_When_it_asks_Then_it_gets_what_its_definition_says()
    {
        Assert.Equal(40, Client.ForDevelopment.Count);
        foreach (var client in Client.ForDevelopment)
        {
            var claims = Part(await identity.TokenAsync(client.Id), 1);
            Assert.Equal(client.Scopes.Order(), claims.GetProperty("scope").GetString()!.Split(' ').Order());
            Assert.Equal(client.Region, claims.GetProperty("region").GetString());
        }
    }

    [Fact]
    public async Task Given_some_of_its_scopes_When_asked_for_Then_only_these_and_their_audience_are_granted()
    {
        var claims = Part(await identity.TokenAsync("training-620602", "indicator.read"), 1);
        Assert.Equal("indicator.read", claims.GetProperty("scope").GetString());
        Assert.Equal(["wuwei.indicator"], Texts(claims.GetProperty("aud")));
    }

    [Theory]
    [InlineData("loans.write")]
    [InlineData("training.read loans.read")]
    [InlineData("training.admin")]
    [InlineData("openid")]
    public async Task Given_a_scope_it_may_not_have_When_asked_for_Then_there_is_no_token(string scope)
    {
        var (status, body) = await identity.AskAsync("training-620602", scope: scope);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(body.GetProperty("error").GetString(), new[] { "invalid_scope", "invalid_request" });
        Assert.False(body.TryGetProperty("access_token", out _));
        Assert.False(body.TryGetProperty("error_uri", out _));
    }

    [Theory]
    [InlineData("training-620601")] // there is no such client
    [InlineData("loans-620600")]
    public async Task Given_a_wrong_secret_When_asked_with_Then_it_is_401_and_never_quick(string client)
    {
        var watch = Stopwatch.StartNew();
        var (status, body) = await identity.AskAsync(client, "wrong");
        Assert.True(watch.ElapsedMilliseconds >= 240, $"{watch.ElapsedMilliseconds} ms");
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (status, body.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Given_no_secret_When_asked_Then_there_is_no_token() =>
        Assert.Contains((await identity.AskAsync("loans-620600", "")).Status, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });

    [Fact]
    public async Task Given_a_client_that_guesses_When_ten_were_wrong_Then_it_waits_even_with_the_right_one_and_others_do_not()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 10), async (i, _) =>
            Assert.Equal(HttpStatusCode.Unauthorized, (await identity.AskAsync("auditor", $"guess {i}")).Status));
        using var content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "auditor",
            ["client_secret"] = IdentityServer.SecretOf("auditor"),
        });
        using var answer = await identity.Client.PostAsync(new Uri(identity.Address, "connect/token"), content);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(TimeSpan.FromMinutes(1), answer.Headers.RetryAfter?.Delta);
        await identity.TokenAsync("assessment-office");
    }

    [Fact]
    public async Task Given_Basic_authentication_When_asked_Then_there_is_a_token_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(identity.Address, "connect/token"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials" }),
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"operator:{IdentityServer.SecretOf("operator")}"))) },
        };
        using var answer = await identity.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("grant_type=password&username=a&password=b")]
    [InlineData("grant_type=refresh_token&refresh_token=a")]
    [InlineData("")]
    [InlineData("grant_type=client_credentials&grant_type=client_credentials")]
    public async Task Given_another_kind_of_request_When_sent_Then_it_is_refused(string form)
    {
        using var content = new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded");
        using var answer = await identity.Client.PostAsync(new Uri(identity.Address, "connect/token"), content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Given_discovery_When_read_Then_it_names_the_public_address_and_keys_have_no_private_half()
    {
        var discovery = await identity.GetAsync(".well-known/openid-configuration");
        Assert.Equal($"{IdentityServer.Issuer}/", discovery.GetProperty("issuer").GetString());
        Assert.Equal($"{IdentityServer.Issuer}/connect/token", discovery.GetProperty("token_endpoint").GetString());
        Assert.Equal($"{IdentityServer.Issuer}/.well-known/jwks", discovery.GetProperty("jwks_uri").GetString());
        var keys = (await identity.GetAsync(".well-known/jwks")).GetProperty("keys").EnumerateArray().ToArray();
        Assert.Equal(2, keys.Length);
        Assert.All(keys, key => Assert.Equal(["alg", "e", "kid", "kty", "n", "use"], key.EnumerateObject().Select(member => member.Name).Order()));
    }

    [Fact]
    public async Task Given_the_database_When_read_Then_neither_secrets_nor_private_keys_are_in_it()
    {
        await using var command = identity.Database.CreateCommand(
            """select string_agg("ClientSecret" || "Properties", ' ') || (select string_agg(private_key, ' ') from signing_key) from "OpenIddictApplications" """);
        var stored = (string)(await command.ExecuteScalarAsync())!;
        Assert.All(Client.ForDevelopment, client => Assert.DoesNotContain(IdentityServer.SecretOf(client.Id), stored, StringComparison.Ordinal));
        Assert.DoesNotContain("BEGIN PRIVATE KEY", stored, StringComparison.Ordinal);
        Assert.Contains("BEGIN ENCRYPTED PRIVATE KEY", stored, StringComparison.Ordinal);
    }

    private static JsonElement Part(string token, int part) => JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.Split('.')[part])).RootElement;

    private static IEnumerable<string> Texts(JsonElement one) =>
        one.ValueKind == JsonValueKind.Array ? one.EnumerateArray().Select(text => text.GetString()!) : [one.GetString()!];
}
