using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Wuwei.ServiceDefaults.Authentication;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.ServiceDefaults;

/// <summary>What every Wuwei process does the same way.</summary>
public static class HostDefaults
{
    // Answers and messages carry a request's trace id, whether or not somebody collects its spans.
    private static readonly ActivityListener s_traceIds = new()
    {
        ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
    };

    extension(IHostApplicationBuilder builder)
    {
        /// <summary>
        /// Adds telemetry (where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is), health checks, token validation (nothing answers
        /// without a token unless it says so), problem details, strict JSON, service discovery and resilient HttpClients.
        /// </summary>
        public IHostApplicationBuilder AddServiceDefaults()
        {
            // A line for every statement and call is for whoever configures it. In front: what is configured comes after, and wins.
            builder.Services.Configure<LoggerFilterOptions>(o =>
            {
                o.Rules.Insert(0, new(null, "Npgsql", LogLevel.Warning, null));
                o.Rules.Insert(0, new(null, "System.Net.Http", LogLevel.Warning, null));
            });

            // Degraded is an answer, not an event: probes would log it every few seconds.
            builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Error);

            // Two lines a request, with its address as it was sent: traces say it better, and without personal numbers.
            builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
            builder.Services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
            builder.Services.AddProblemDetails(Problems.Customize);
            builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
            builder.Services.ConfigureHttpJsonOptions(o => Json.Configure(o.SerializerOptions));
            builder.Services.Configure<KestrelServerOptions>(o =>
            {
                o.AddServerHeader = false;
                o.Limits.MaxRequestBodySize = builder.Configuration.GetValue("Limits:BodyBytes", 1024L * 1024);
                o.Limits.MinRequestBodyDataRate = new(
                    builder.Configuration.GetValue("Limits:BodyBytesPerSecond", 240.0), builder.Configuration.GetValue("Limits:BodyGrace", TimeSpan.FromSeconds(5)));
            });
            builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(30));
            builder.Services.AddSingleton<Draining>().AddHostedService(services => services.GetRequiredService<Draining>());
            builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]).AddCheck<Draining>("accepting");
            builder.Services.TryAddSingleton(TimeProvider.System);
            builder.Services.AddSingleton<Gateways>();
            builder.AddTokenValidation();
            builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            builder.Services.AddServiceDiscovery();
            builder.Services.ConfigureHttpClientDefaults(http =>
            {
                http.AddStandardResilienceHandler();
                http.AddServiceDiscovery();
            });
            builder.AddTelemetry();
            return builder;
        }

        // Where nobody collects them, spans and measurements are not made either.
        private void AddTelemetry()
        {
            if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 })
            {
                ActivitySource.AddActivityListener(s_traceIds);
                return;
            }

            builder.Services.AddOpenTelemetry()
                .WithLogging(configureBuilder: null, configureOptions: o =>
                {
                    o.IncludeFormattedMessage = true;
                    o.IncludeScopes = true;
                })
                .WithMetrics(m => m
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddMeter("Npgsql", "MassTransit", "Wuwei.*"))
                .WithTracing(t => t
                    .AddAspNetCoreInstrumentation(o =>
                    {
                        o.Filter = http => http.Request.Path.Value is not ("/health" or "/alive");
                        o.EnrichWithHttpRequest = MaskAddress;
                    })
                    .AddHttpClientInstrumentation()
                    .AddSource("MassTransit", "Npgsql", "Wuwei.*"))
                .UseOtlpExporter();
        }
    }

    extension(WebApplication app)
    {
        /// <summary>
        /// Errors as problem+json, who the caller is, and three addresses that need no token: <c>/health</c> (ready:
        /// healthy or degraded answer 200), <c>/alive</c> and <c>/status</c> (which build runs).
        /// </summary>
        /// <param name="beforeAuthentication">Adds what guards the check of tokens itself.</param>
        /// <param name="beforeAuthorization">Adds what needs to know the caller, whether or not it may go on.</param>
        public WebApplication UseServiceDefaults(Action? beforeAuthentication = null, Action? beforeAuthorization = null)
        {
            app.Use(app.Services.GetRequiredService<Draining>().InvokeAsync);
            app.UseExceptionHandler(new ExceptionHandlerOptions
            {
                StatusCodeSelector = Problems.StatusOf,
                // What cannot be read is its sender's mistake, who is told; a log could be filled with it.
                SuppressDiagnosticsCallback = context => Problems.IsUnreadable(context.Exception),
            });
            app.UseStatusCodePages();
            app.Use(Unreadable.InvokeAsync);
            beforeAuthentication?.Invoke();
            app.UseAuthentication();
            beforeAuthorization?.Invoke();
            app.UseAuthorization();
            app.UseMiddleware<KnownParameters>();
            app.MapHealthChecks("/health", new() { ResponseWriter = Health.WriteAsync }).AllowAnonymous();
            app.MapHealthChecks("/alive", new() { ResponseWriter = Health.WriteAsync, Predicate = check => check.Tags.Contains("live") }).AllowAnonymous();
            app.MapGet("/status", () => Build.Current).AllowAnonymous().ExcludeFromDescription();
            return app;
        }
    }

    // Such a request is refused, but its trace is kept. (The query's values are left out by the instrumentation.)
    private static void MaskAddress(Activity trace, HttpRequest request)
    {
        if (IdNumbers.AreIn(request.Path.Value))
        {
            trace.SetTag("url.path", IdNumbers.Mask(request.Path.Value!));
        }
    }
}
