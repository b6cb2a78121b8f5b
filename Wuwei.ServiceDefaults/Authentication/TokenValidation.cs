using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Wuwei.ServiceDefaults.Authentication;

/// <summary>Checks access tokens locally against the issuer's published keys.</summary>
public static class TokenValidation
{
    extension(IHostApplicationBuilder builder)
    {
        /// <summary>
        /// Validates tokens by <c>Authentication:Authority</c> (where keys are published), <c>Authentication:Issuer</c>
        /// (pinned; the authority when absent) and <c>Authentication:Audience</c> (the application's name when absent).
        /// </summary>
        public IHostApplicationBuilder AddTokenValidation()
        {
            var settings = builder.Configuration.GetSection("Authentication");
            builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
            {
                options.Authority = settings["Authority"];
                options.RequireHttpsMetadata = false;
                options.MapInboundClaims = false;
                options.TokenValidationParameters.ValidIssuer = settings["Issuer"] ?? settings["Authority"];
                options.TokenValidationParameters.ValidAudience = settings["Audience"] ?? builder.Environment.ApplicationName;
                options.TokenValidationParameters.ValidTypes = ["at+jwt"];
                options.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(60);
                options.TokenValidationParameters.NameClaimType = "sub";
                options.TokenValidationParameters.RoleClaimType = "roles";
            });
            return builder;
        }
    }
}
