using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Wuwei.ServiceDefaults;

namespace Wuwei.Gateway;

/// <summary>A service like any other, on a real port, that shows what reaches it.</summary>
public sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Backend(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    /// <summary>How many requests reached an endpoint.</summary>
    public int Requests => _requests.Count;

    /// <summary>Whether its health check says it can work; requests are answered all the same.</summary>
    public bool Well { get; set; } = true;

    private readonly ConcurrentQueue<string> _requests = new();

    /// <param name="service">Public name; accepts tokens for <c>wuwei.{service}</c>.</param>
    /// <param name="authority">Where identity is.</param>
    public static async Task<Backend> StartAsync(string service, Uri authority, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Wuwei.Gateway.Tests", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Authentication:Authority"] = authority.AbsoluteUri,
            ["Authentication:Issuer"] = IdentityServer.Issuer,
            ["Authentication:Audience"] = $"wuwei.{service}",
            ["Authentication:KeyCachePath"] = "",
            ["Authentication:MinimumRefreshInterval"] = "00:00:00",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        Backend? backend = null;
        builder.Services.AddHealthChecks().AddCheck("database", () => backend!.Well ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
        var app = builder.Build();
        backend = new Backend(app);
        app.UseServiceDefaults();
        app.Use(next => http =>
        {
            if (http.Request.Path.Value is not ("/health" or "/alive"))
            {
                backend._requests.Enqueue(http.Request.Path);
            }

            return next(http);
        });
        app.MapGet("/caller", (Caller caller) => caller);
        app.MapGet("/headers", (HttpContext http) => http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString()));
        app.MapGet("/trace", () => Activity.Current!.TraceId.ToHexString()).AllowAnonymous();
        app.MapGet("/verification/{number}", (HttpContext http) => $"{http.Request.Method} {http.Request.Path}").AllowAnonymous();
        app.MapGet("/address", (HttpContext http) => $"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
        app.MapGet("/slow", async (int milliseconds, CancellationToken cancellation) => { await Task.Delay(milliseconds, cancellation); return "slow"; });
        app.MapGet("/long", () => string.Concat(Enumerable.Repeat("武威", 2000)));
        app.MapGet("/regions/{region}", (string region, Caller caller) => caller.Covers(region) ? Results.Ok() : Results.NotFound());
        app.MapPut("/things/{id}", async (HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            return body.Length;
        });
        foreach (var upload in new[] { "/things/imports", "/evidence" })
        {
            app.MapPost(upload, async (HttpContext http) =>
            {
                using var body = new MemoryStream();
                await http.Request.Body.CopyToAsync(body);
                return body.Length;
            }).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(100_000_000));
        }

        // As a register does that has no place for a file.
        app.MapPost("/busy/imports", () => new Refusal("import.busy", "正在读取其他文件，请稍后再试。", StatusCodes.Status429TooManyRequests).ToProblem());
        app.MapPost("/broken-off", async (HttpContext http) =>
        {
            await http.Response.WriteAsync("half of it");
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        app.MapPost("/written", () => "written").RequireScope($"{service}.write");
        app.MapGet("/openapi.json", () => "the document").AllowAnonymous();
        await app.StartAsync();
        backend.Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return backend;
    }

    /// <summary>As on SIGTERM.</summary>
    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
