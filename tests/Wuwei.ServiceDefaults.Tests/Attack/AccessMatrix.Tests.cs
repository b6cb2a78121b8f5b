using System.Net;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Wuwei.Testing;
using Wuwei.Testing.Attack;

namespace Wuwei.ServiceDefaults.Tests.Attack;

/// <summary>The matrix itself, at a small service that forgets one check at a time.</summary>
public sealed class AccessMatrixTests
{
    private static readonly ApiDocument s_api = new(
        """
        { "paths": { "/things/{id}": {
          "get": { "operationId": "GetThing", "parameters": [ { "name": "id", "in": "path", "required": true, "schema": {} } ], "responses": { "200": {} } },
          "put": { "operationId": "PutThing", "parameters": [ { "name": "id", "in": "path", "required": true, "schema": {} } ], "responses": { "200": {} } },
          "post": { "operationId": "SetThing", "parameters": [ { "name": "id", "in": "path", "required": true, "schema": {} } ], "responses": { "200": {} } }
        } } }
        """);

    private static readonly Dictionary<string, Access> s_table = new() { ["GetThing"] = Access.ReadsOwnRegion, ["PutThing"] = Access.WritesOwnRegion, ["SetThing"] = Access.WritesForCity };

    public static TheoryData<string> Checks => ["token", "life", "audience", "issuer", "key", "type", "scope", "department", "region", "city", "role"];

    [Fact]
    public async Task Given_a_service_that_checks_everything_When_tried_Then_there_is_no_complaint() =>
        Assert.Empty(await TryAsync(s_table, forgets: ""));

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Given_a_service_that_forgets_a_check_When_tried_Then_it_is_found(string check) =>
        Assert.NotEmpty(await TryAsync(s_table, check));

    [Fact]
    public async Task Given_an_operation_that_nobody_has_put_into_the_table_When_tried_Then_it_is_named() =>
        Assert.Contains(await TryAsync(new Dictionary<string, Access> { ["GetThing"] = Access.ReadsOwnRegion, ["SetThing"] = Access.WritesForCity }, forgets: ""),
            complaint => complaint.Contains("PutThing", StringComparison.Ordinal));

    private static async Task<List<string>> TryAsync(IReadOnlyDictionary<string, Access> table, string forgets)
    {
        List<string> complaints = [];
        var matrix = new AccessMatrix("thing", table);
        foreach (var operation in s_api.Operations)
        {
            var right = s_api.Example(operation, new Dictionary<string, string> { ["id"] = "7" });
            complaints.AddRange(await matrix.TryAsync(
                right, () => new(new ThingService(forgets)) { BaseAddress = new("http://thing.test/") }, "thing 7"));
        }

        return complaints;
    }

    private sealed class ThingService(string forgets) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var checks = new TokenValidationParameters
            {
                ValidIssuer = TestTokens.Issuer,
                ValidAudience = "wuwei.thing",
                IssuerSigningKey = TestTokens.Key,
                ValidTypes = forgets == "type" ? null : ["at+jwt"],
                ValidateLifetime = forgets != "life",
                ValidateAudience = forgets != "audience",
                ValidateIssuer = forgets != "issuer",
                ClockSkew = TimeSpan.Zero,
            };
            if (forgets == "key")
            {
                checks.SignatureValidator = (token, _) => new JsonWebToken(token);
            }

            var read = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(request.Headers.Authorization?.Parameter ?? "", checks);
            string Claim(string name) => read.IsValid && read.Claims.TryGetValue(name, out var value) ? $"{value}" : "";
            var (sets, own) = (request.Method == HttpMethod.Post, Claim("region") is "620600" or "620602");
            var writes = sets || request.Method == HttpMethod.Put;
            return !read.IsValid ? forgets == "token" && request.Headers.Authorization is null ? Answer(200) : Answer(401)
                : forgets != "scope" && !Claim("scope").Contains(writes ? "thing.write" : "thing.read", StringComparison.Ordinal) ? Answer(403)
                : writes && forgets != "department" && Claim("department") != "thing" ? Answer(403)
                : sets && forgets != "city" && Claim("region") != "620600" ? Answer(403)
                : sets && forgets != "role" && !read.ClaimsIdentity.HasClaim("roles", "approver") ? Answer(403)
                : forgets != "region" && !own ? Answer(404)
                : Answer(200);
        }

        private static HttpResponseMessage Answer(int status) =>
            new((HttpStatusCode)status) { Content = new StringContent(status == 200 ? "thing 7" : "{}", Encoding.UTF8, "application/json") };
    }
}
