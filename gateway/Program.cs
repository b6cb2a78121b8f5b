using Wuwei.Gateway.Documentation;
using Wuwei.Gateway.Health;
using Wuwei.Gateway.Limits;
using Wuwei.Gateway.Routing;
using Wuwei.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddRoutes();
builder.AddCallerLimits();
builder.AddServicesHealth();
builder.Services.AddResponseCompression(options => options.EnableForHttps = true);

var app = builder.Build();
app.UseResponseCompression();
app.UseServiceDefaults(
    beforeAuthentication: () => app.UseEdge(),
    beforeAuthorization: () => app.UseRateLimiter());
app.MapRoutes();
app.MapDocsPage();
await app.RunAsync();
