using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wuwei.Testing;

namespace Wuwei.ServiceDefaults;

/// <summary>How one process calls another: by its name, and again when it stumbles.</summary>
public sealed class HttpClientsTests
{
    [Fact]
    public async Task Given_a_service_known_by_name_When_it_stumbles_once_Then_the_second_answer_comes()
    {
        var asked = 0;
        await using var service = await StartAsync(app => app.MapGet("/thing", () => Interlocked.Increment(ref asked) == 1
            ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : Results.Text("thing")).AllowAnonymous());
        await using var caller = await StartAsync(_ => { }, ("services:things:http:0", service.Urls.Single()));
        using var client = caller.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        Assert.Equal("thing", await client.GetStringAsync(new Uri("http://things/thing")));
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Given_a_name_nobody_knows_When_called_Then_it_fails_and_does_not_hang()
    {
        await using var caller = await StartAsync(_ => { });
        using var client = caller.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetStringAsync(new Uri("http://nobody.invalid/thing")).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static async Task<WebApplication> StartAsync(Action<WebApplication> map, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Authentication:Issuer"] = TestTokens.Issuer;
        builder.Configuration["Authentication:Audience"] = "wuwei.test";
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.AddServiceDefaults();
        var app = builder.Build();
        app.UseServiceDefaults();
        map(app);
        await app.StartAsync();
        return app;
    }
}
