using System.Text.Json;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Wuwei.Identity.Clients;

/// <summary>Keeps a <see cref="Client"/> as an application of OpenIddict: what the token says are its properties.</summary>
internal sealed class ClientStore(IOpenIddictApplicationManager applications)
{
    private const string Definition = "wuwei";

    /// <summary>The client with this id, or null.</summary>
    public async Task<Client?> FindAsync(string id, CancellationToken cancellation) =>
        await applications.FindByClientIdAsync(id, cancellation) is { } application
        && (await applications.GetPropertiesAsync(application, cancellation)).TryGetValue(Definition, out var definition)
            ? definition.Deserialize<Stored>()!.Client
            : null;

    /// <summary>Stores a client; leaves it alone when nothing about it has changed.</summary>
    /// <param name="mark">Changes when the secret does: hashing one to find out would cost more than the rest.</param>
    public async Task SaveAsync(Client client, string secret, string mark, CancellationToken cancellation)
    {
        var existing = await applications.FindByClientIdAsync(client.Id, cancellation);
        var definition = JsonSerializer.SerializeToElement(new Stored(client, mark));
        if (existing is not null
            && (await applications.GetPropertiesAsync(existing, cancellation)).TryGetValue(Definition, out var stored)
            && JsonElement.DeepEquals(stored, definition))
        {
            return;
        }

        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = client.Id,
            ClientSecret = secret,
            ClientType = ClientTypes.Confidential,
            DisplayName = client.Id,
            Properties = { [Definition] = definition },
            Permissions = { Permissions.Endpoints.Token, Permissions.GrantTypes.ClientCredentials },
        };
        descriptor.Permissions.UnionWith(client.Scopes.Select(scope => Permissions.Prefixes.Scope + scope));
        if (existing is null)
        {
            await applications.CreateAsync(descriptor, cancellation);
        }
        else
        {
            await applications.UpdateAsync(existing, descriptor, cancellation);
        }
    }

    private sealed record Stored(Client Client, string Mark);
}
