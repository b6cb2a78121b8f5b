using Microsoft.AspNetCore.HttpOverrides;
using Wuwei.Identity.Clients;
using Wuwei.ServiceDefaults.Authentication;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Wuwei.Identity.Tokens;

internal static class TokenServer
{
    /// <summary>How long an access token lives: short, since services check it without asking anyone.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(10);

    extension(IHostApplicationBuilder builder)
    {
        /// <summary>
        /// Adds OpenIddict: client credentials at <c>/connect/token</c>, keys and discovery under <c>/.well-known/</c>.
        /// Tokens name the issuer of <c>Authentication:Issuer</c>, wherever they were asked for.
        /// </summary>
        public void AddTokenServer()
        {
            var issuer = TokenValidation.IssuerOf(builder.Configuration);
            builder.Services.AddSingleton<TokenEndpointGuard>();
            builder.Services.AddOpenIddict()
                .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<IdentityContext>())
                .AddServer(server =>
                {
                    server.SetIssuer(issuer);
                    server.SetTokenEndpointUris("connect/token");
                    server.SetConfigurationEndpointUris(".well-known/openid-configuration");
                    server.SetJsonWebKeySetEndpointUris(".well-known/jwks");
                    server.AllowClientCredentialsFlow();
                    server.SetAccessTokenLifetime(TokenLife);
                    server.RegisterScopes([.. Client.AllScopes]);

                    // Services read the claims themselves; what is in them is no secret to the client.
                    server.DisableAccessTokenEncryption();

                    // Tokens are checked by signature and gone in ten minutes: a row for each would only cost.
                    server.DisableTokenStorage();

                    // Seen from outside, whatever address this process was asked at.
                    server.AddEventHandler<HandleConfigurationRequestContext>(handler => handler
                        .UseInlineHandler(context =>
                        {
                            context.TokenEndpoint = new(issuer, "connect/token");
                            context.JsonWebKeySetEndpoint = new(issuer, ".well-known/jwks");
                            return ValueTask.CompletedTask;
                        })
                        .SetOrder(int.MaxValue));
                    server.AddEventHandler<ApplyTokenResponseContext>(handler => handler
                        .UseInlineHandler(context =>
                        {
                            // The city's network does not reach the library's site.
                            context.Response.ErrorUri = null;
                            return ValueTask.CompletedTask;
                        })
                        .SetOrder(int.MinValue));

                    // TLS ends at the gateway or before it.
                    server.UseAspNetCore().EnableTokenEndpointPassthrough().DisableTransportSecurityRequirement();
                });
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Guards the token endpoint; behind the gateway, by the address that it names.</summary>
        public void UseTokenEndpointGuard()
        {
            app.UseForwardedHeaders(new() { ForwardedHeaders = ForwardedHeaders.XForwardedFor });
            app.Use(app.Services.GetRequiredService<TokenEndpointGuard>().InvokeAsync);
        }
    }
}
