using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;

namespace Wuwei.Testing;

/// <summary>A broker and its HTTP API, both with the administrator's login in the address.</summary>
public sealed record TestBroker(Uri Amqp, Uri Management)
{
    /// <summary>A client of the HTTP API: <c>api/queues/{vhost}</c> and so on.</summary>
    public HttpClient CreateManagementClient()
    {
        var address = new UriBuilder(Management) { UserName = "", Password = "" }.Uri;
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(Management.UserInfo)));
        return new() { BaseAddress = address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", login) } };
    }
}

/// <summary>A virtual host of one test or fixture, with its own user.</summary>
public sealed class TestVirtualHost : IAsyncDisposable
{
    private readonly string _password;

    private TestVirtualHost(TestBroker broker, string name, string password)
    {
        _password = password;
        Broker = broker;
        Name = name;
        Management = broker.CreateManagementClient();
        ConnectionString = new UriBuilder(broker.Amqp) { UserName = name, Password = password, Path = name }.Uri.AbsoluteUri;
    }

    /// <summary>The virtual host's name, which is its user's too.</summary>
    public string Name { get; }

    /// <summary><c>amqp://user:password@host:port/vhost</c>, for the service under test.</summary>
    public string ConnectionString { get; }

    /// <summary>The broker's HTTP API as administrator.</summary>
    public HttpClient Management { get; }

    public TestBroker Broker { get; }

    internal static async Task<TestVirtualHost> CreateAsync(TestBroker broker)
    {
        var host = new TestVirtualHost(broker, $"test_{RandomNumberGenerator.GetHexString(12, true)}", RandomNumberGenerator.GetHexString(24, true));
        await host.PutAsync($"api/vhosts/{host.Name}", new { });
        await host.PutAsync($"api/users/{host.Name}", new { password = host._password, tags = "" });
        await host.PutAsync($"api/permissions/{host.Name}/{host.Name}", new { configure = ".*", write = ".*", read = ".*" });
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        using (await Management.DeleteAsync(new Uri($"api/vhosts/{Name}", UriKind.Relative)))
        using (await Management.DeleteAsync(new Uri($"api/users/{Name}", UriKind.Relative)))
        {
            Management.Dispose();
        }
    }

    private async Task PutAsync<T>(string path, T body)
    {
        using var content = JsonContent.Create(body);
        // RabbitMQ 3.10 wants a length, not chunks.
        await content.LoadIntoBufferAsync();
        using var response = await Management.PutAsync(new Uri(path, UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
    }
}
