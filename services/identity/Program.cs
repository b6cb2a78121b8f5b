using Wuwei.Identity;
using Wuwei.Identity.Clients;
using Wuwei.Identity.SigningKeys;
using Wuwei.Identity.Tokens;
using Wuwei.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddIdentityStore();
builder.AddSigningKeys();
builder.AddTokenServer();
builder.AddDevelopmentClients();

var app = builder.Build();
app.UseServiceDefaults(beforeAuthentication: () => app.UseTokenEndpointGuard());
IssueToken.Map(app);
await app.RunAsync();
