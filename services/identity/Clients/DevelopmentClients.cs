using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Wuwei.Identity.Clients;

/// <summary>
/// Seeds <see cref="Client.ForDevelopment"/> when <c>DevelopmentClients:Seed</c> is configured. Their secrets follow from
/// the seed, so that whoever holds it (the owner of the data folder) can work them out, and nobody has to write them down.
/// </summary>
internal sealed class DevelopmentClients(IServiceScopeFactory scopes, IConfiguration configuration) : IHostedService
{
    /// <summary>The secret of a client: base64url of HMAC-SHA-256 over its id, keyed by the seed.</summary>
    public static string SecretOf(string seed, string clientId) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(seed), Encoding.UTF8.GetBytes(clientId)));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration["DevelopmentClients:Seed"] is not { Length: > 0 } seed)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<ClientStore>();
        var mark = SecretOf(seed, "mark");
        foreach (var client in Client.ForDevelopment)
        {
            await store.SaveAsync(client, SecretOf(seed, client.Id), mark, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class DevelopmentClientsRegistration
{
    extension(IHostApplicationBuilder builder)
    {
        public void AddDevelopmentClients() => builder.Services.AddScoped<ClientStore>().AddHostedService<DevelopmentClients>();
    }
}
