using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using Wuwei.Identity.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Wuwei.Identity.Tokens;

/// <summary>The client has shown its secret and asks for scopes that it may have (OpenIddict checked both): what does its token say?</summary>
internal static class IssueToken
{
    // OpenIddict lets a few scopes of its own pass (openid, offline_access): none of ours.
    private static readonly AuthenticationProperties s_notGranted = new(new Dictionary<string, string?>
    {
        [OpenIddictServerAspNetCoreConstants.Properties.Error] = Errors.InvalidScope,
    });

    public static void Map(IEndpointRouteBuilder app) => app
        .MapPost("/connect/token", HandleAsync).WithName(nameof(IssueToken)).AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> HandleAsync(HttpContext http, ClientStore clients, CancellationToken cancellation)
    {
        var request = http.GetOpenIddictServerRequest()!;
        var client = await clients.FindAsync(request.ClientId!, cancellation);
        var asked = request.GetScopes();
        return client is not null && asked.All(client.Scopes.Contains)
            ? Results.SignIn(PrincipalOf(client, asked), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)
            : Results.Forbid(s_notGranted, [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
    }

    /// <summary>What the token says: <c>sub</c>, <c>department</c>, <c>region</c>, <c>roles</c>, <c>scope</c>, <c>aud</c>.</summary>
    /// <param name="requested">All of the client's scopes when empty.</param>
    internal static ClaimsPrincipal PrincipalOf(Client client, IReadOnlyList<string> requested)
    {
        IReadOnlyList<string> scopes = requested is [] ? client.Scopes : requested;
        var identity = new ClaimsIdentity("client_credentials", Claims.Subject, Claims.Role);
        identity.SetClaim(Claims.Subject, client.Id);
        identity.SetClaim("department", client.Department);
        identity.SetClaim("region", client.Region);
        identity.AddClaim(new Claim("roles", JsonSerializer.Serialize(client.Roles), JsonClaimValueTypes.JsonArray)); // even when there is one
        identity.SetScopes(scopes);
        identity.SetAudiences(Client.AudiencesOf(scopes));
        identity.SetDestinations(_ => [Destinations.AccessToken]);
        return new(identity);
    }
}
