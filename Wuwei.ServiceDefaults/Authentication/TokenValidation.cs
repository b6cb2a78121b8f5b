using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Wuwei.ServiceDefaults.Authentication;

/// <summary>Checks access tokens locally against the issuer's published keys.</summary>
public static class TokenValidation
{
    /// <summary>The issuer that tokens name, from <c>Authentication:Issuer</c>: the gateway's public address.</summary>
    public static Uri IssuerOf(IConfiguration configuration) => OptionsOf(configuration).Issuer;

    private static TokenOptions OptionsOf(IConfiguration configuration) =>
        configuration.GetSection("Authentication").Get<TokenOptions>() ?? new();

    extension(IHostApplicationBuilder builder)
    {
        /// <summary>
        /// Accepts tokens of <c>Authentication:Issuer</c> (pinned) for <c>Authentication:Audience</c> (the application's name
        /// when absent), signed with a key that <c>Authentication:Authority</c> publishes. Asymmetric signatures of type
        /// <c>at+jwt</c> only; keys that a token brings along or points to are ignored.
        /// </summary>
        public IHostApplicationBuilder AddTokenValidation()
        {
            var services = builder.Services;
            services.AddOptions<TokenOptions>().BindConfiguration("Authentication")
                .PostConfigure(options => options.Complete(builder.Configuration, builder.Environment.ApplicationName));
#pragma warning disable EXTEXP0001 // Experimental for years; a request that waits for keys must not wait for retries.
            services.AddHttpClient(IssuerKeys.ClientName).RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
            services.AddSingleton<IssuerKeys>().AddHostedService(provider => provider.GetRequiredService<IssuerKeys>());
            services.AddSingleton<AccessTokens>();
            services.AddHealthChecks().AddCheck<KeysCheck>("tokens");
            services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
            services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
                .Configure<AccessTokens, IssuerKeys, IOptions<TokenOptions>>(Configure);

            // Authentication brings data protection along, which at the start would write a key into the user's home
            // folder. Nothing here is protected by it.
            foreach (var start in services.Where(IsDataProtection).ToArray())
            {
                services.Remove(start);
            }

            return builder;
        }
    }

    private static bool IsDataProtection(ServiceDescriptor service) => service is { IsKeyedService: false } && service.ServiceType == typeof(IHostedService)
        && service.ImplementationType?.Assembly.GetName().Name == "Microsoft.AspNetCore.DataProtection";

    private static void Configure(JwtBearerOptions bearer, AccessTokens tokens, IssuerKeys keys, IOptions<TokenOptions> options)
    {
        bearer.TokenHandlers.Clear();
        bearer.TokenHandlers.Add(tokens);
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.TokenValidationParameters = new()
        {
            ValidIssuers = [options.Value.Issuer.AbsoluteUri, options.Value.Issuer.AbsoluteUri.TrimEnd('/')],
            ValidAudiences = options.Value.Audiences is [_, ..] several ? several : [options.Value.Audience!],
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256],
            ValidTypes = ["at+jwt"],
            ClockSkew = TimeSpan.FromSeconds(60),
            NameClaimType = "sub",
            RoleClaimType = "roles",
            TryAllIssuerSigningKeys = false,
        };
        bearer.Events = new()
        {
            // Without keys nobody can be told apart: that is our trouble, not the caller's.
            OnChallenge = context =>
            {
                if (keys.Current.Count == 0 && options.Value.Authority is not null && context.AuthenticateFailure is not null)
                {
                    context.HandleResponse();
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                }

                return Task.CompletedTask;
            },
        };
    }

    /// <summary>A service that has never seen the issuer's keys refuses everyone, and is not ready.</summary>
    private sealed class KeysCheck(IssuerKeys keys, IOptions<TokenOptions> options) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(keys.Current.Count > 0 || options.Value.Authority is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }
}
